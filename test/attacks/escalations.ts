import assert from "node:assert/strict";
import { PASSWORD } from "../support/scenario-people.ts";
import type { ActionRequest } from "../support/transports.ts";
import { type Attacker, NEWCOMER, VICTIM } from "./attacker.ts";

/**
 * What a right amounts to. `everything`: who holds it can make himself an administrator. `others`: he can harm others, and gains nothing.
 * `own`: he acts on himself, within what he may do already. `nothing`: he gains nothing, and harms nobody.
 */
export type Power = "everything" | "others" | "own" | "nothing";

export interface Escalation {
	readonly right: `${string}:${string}`;
	readonly power: Power;
	/** Changes so much that it needs a gateway for itself. */
	readonly alone?: true;
	/**
	 * Makes the most of the one right. Answers the token that it was about (null: none is needed), which must then open everything, or open no
	 * more than before.
	 */
	readonly attack: (attacker: Attacker) => Promise<string | null>;
}

/** Every action that writes what decides about rights and logins. */
export const ESCALATIONS: readonly Escalation[] = [
	// Who writes users may write himself, or a helper of his.
	{
		right: "security:createUser",
		power: "everything",
		async attack(attacker) {
			const login = `${attacker.name}-2`;
			await attacker.must({
				action: "security:createUser",
				body: {
					content: { profileIds: ["admin"] },
					credentials: local(login),
				},
			});
			return attacker.logIn(login);
		},
	},
	{
		right: "security:upsertUser",
		power: "everything",
		async attack(attacker) {
			await attacker.must({
				action: "security:upsertUser",
				args: { _id: attacker.name },
				body: { content: { profileIds: ["admin"] } },
			});
			return attacker.token;
		},
	},
	...(["updateUser", "replaceUser"] as const).map(
		(action): Escalation => ({
			right: `security:${action}`,
			power: "everything",
			async attack(attacker) {
				await attacker.must({
					action: `security:${action}`,
					args: { _id: attacker.name },
					body: { profileIds: ["admin"] },
				});
				return attacker.token;
			},
		}),
	),
	{
		right: "security:createRestrictedUser",
		power: "own",
		async attack(attacker) {
			const login = `${attacker.name}-2`;
			const request = (content: object): ActionRequest => ({
				action: "security:createRestrictedUser",
				body: { content, credentials: local(login) },
			});
			await refuses(attacker, request({ profileIds: ["admin"] }));
			await attacker.must(request({ "profileIds ": ["admin"] }));
			return attacker.logIn(login);
		},
	},
	{
		right: "security:createFirstAdmin",
		power: "nothing",
		async attack(attacker) {
			const { error } = await attacker.ask({
				action: "security:createFirstAdmin",
				args: { _id: "second", reset: true },
				body: { content: {}, credentials: local("second") },
			});
			assert.equal(error?.id, "api.process.admin_exists");
			return attacker.token;
		},
	},

	// Who writes roles and profiles may write his own.
	...(["createOrReplaceRole", "updateRole"] as const).map(
		(action): Escalation => ({
			right: `security:${action}`,
			power: "everything",
			async attack(attacker) {
				await attacker.must({
					action: `security:${action}`,
					args: { _id: attacker.name },
					body: EVERYTHING,
				});
				return attacker.token;
			},
		}),
	),
	...(["createOrReplaceProfile", "updateProfile"] as const).map(
		(action): Escalation => ({
			right: `security:${action}`,
			power: "everything",
			async attack(attacker) {
				await attacker.must({
					action: `security:${action}`,
					args: { _id: attacker.name },
					body: { policies: [{ roleId: "admin" }] },
				});
				return attacker.token;
			},
		}),
	),
	{
		right: "security:createRole",
		power: "nothing",
		async attack(attacker) {
			const create = (_id: string): ActionRequest => ({
				action: "security:createRole",
				args: { _id },
				body: EVERYTHING,
			});
			// One that is there is not replaced, and a new one is in no profile.
			await refuses(attacker, create(attacker.name));
			await attacker.must(create(`${attacker.name}-2`));
			return attacker.token;
		},
	},
	{
		right: "security:createProfile",
		power: "nothing",
		async attack(attacker) {
			const create = (_id: string): ActionRequest => ({
				action: "security:createProfile",
				args: { _id },
				body: { policies: [{ roleId: "admin" }] },
			});
			await refuses(attacker, create(attacker.name));
			await attacker.must(create(`${attacker.name}-2`));
			return attacker.token;
		},
	},
	{
		right: "admin:loadSecurities",
		power: "everything",
		async attack(attacker) {
			await attacker.must({
				action: "admin:loadSecurities",
				args: { onExistingUsers: "skip" },
				body: { roles: { [attacker.name]: EVERYTHING } },
			});
			return attacker.token;
		},
	},
	{
		right: "admin:resetSecurity",
		power: "everything",
		alone: true,
		async attack(attacker) {
			await attacker.must({ action: "admin:resetSecurity" });
			return null;
		},
	},
	{
		right: "security:restrictDefaultRights",
		power: "others",
		alone: true,
		async attack(attacker) {
			await attacker.must({ action: "security:restrictDefaultRights" });
			return attacker.token;
		},
	},

	// Who can get in as somebody else may do what that one may.
	{
		right: "security:createCredentials",
		power: "everything",
		alone: true,
		async attack(attacker) {
			const login = `${attacker.name}-2`;
			await attacker.must({
				action: "security:createCredentials",
				args: { strategy: "local", _id: NEWCOMER },
				body: local(login).local,
			});
			return attacker.logIn(login);
		},
	},
	{
		right: "security:updateCredentials",
		power: "everything",
		alone: true,
		async attack(attacker) {
			const password = "known to the attacker";
			await attacker.must({
				action: "security:updateCredentials",
				args: { strategy: "local", _id: VICTIM },
				body: { username: VICTIM, password },
			});
			return attacker.logIn(VICTIM, password);
		},
	},
	{
		right: "security:createApiKey",
		power: "everything",
		async attack(attacker) {
			const key = await attacker.must({
				action: "security:createApiKey",
				args: { userId: VICTIM },
				body: { description: "mine now" },
			});
			return key._source.token;
		},
	},
	{
		right: "kuzzle-plugin-auth-passport-local/password:getResetPasswordToken",
		power: "everything",
		alone: true,
		async attack(attacker) {
			const { resetToken } = await attacker.must({
				action:
					"kuzzle-plugin-auth-passport-local/password:getResetPasswordToken",
				args: { _id: VICTIM },
			});
			const { jwt } = await attacker.must(
				{
					action: "kuzzle-plugin-auth-passport-local/password:reset",
					body: { token: resetToken, password: "known to the attacker" },
				},
				null,
			);
			return jwt;
		},
	},
	{
		right: "kuzzle-plugin-auth-passport-local/password:reset",
		power: "nothing",
		async attack(attacker) {
			const reset = "kuzzle-plugin-auth-passport-local/password:reset";
			for (const token of [attacker.token, attacker.token.slice(6), "x"])
				await refuses(attacker, {
					action: reset,
					body: { password: PASSWORD, token },
				});
			return attacker.token;
		},
	},

	// Who takes away, gains nothing.
	...(
		[
			["security:deleteUser", { _id: VICTIM }],
			["security:mDeleteUsers", {}, { ids: [VICTIM] }],
			["security:deleteCredentials", { _id: VICTIM, strategy: "local" }],
			["security:revokeTokens", { _id: VICTIM, apiKeys: true }],
			["security:deleteApiKey", { userId: VICTIM, _id: "of-the-victim" }],
		] as const
	).map(
		([right, args, body]): Escalation => ({
			right,
			power: "others",
			alone: true,
			async attack(attacker) {
				const request = { action: right, args };
				await attacker.must(
					body === undefined ? request : { ...request, body },
				);
				return attacker.token;
			},
		}),
	),
	...(["Role", "Profile"] as const).flatMap((kind): Escalation[] => {
		/** Not one that is in use, nor those that a server cannot be without; one's own neither. */
		const attack =
			(action: string, one: (_id: string) => ActionRequest) =>
			async (attacker: Attacker) => {
				for (const kept of ["admin", "anonymous", attacker.name])
					await refuses(attacker, one(kept), { what: action });
				await attacker.must(one("unused"));
				return attacker.token;
			};
		return [
			{
				right: `security:delete${kind}`,
				power: "others",
				alone: true,
				attack: attack(`delete${kind}`, (_id) => ({
					action: `security:delete${kind}`,
					args: { _id },
				})),
			},
			{
				right: `security:mDelete${kind}s`,
				power: "others",
				alone: true,
				attack: attack(`mDelete${kind}s`, (_id) => ({
					action: `security:mDelete${kind}s`,
					body: { ids: [_id] },
				})),
			},
		];
	}),
	{
		right: "admin:resetDatabase",
		power: "others",
		alone: true,
		async attack(attacker) {
			await attacker.must({ action: "admin:resetDatabase" });
			return attacker.token;
		},
	},

	// Documents of their own choice, in every place but the gateway's own.
	...(["loadFixtures", "loadMappings"] as const).map(
		(action): Escalation => ({
			right: `admin:${action}`,
			power: "others",
			alone: true,
			async attack(attacker) {
				const make = { profileIds: ["admin"] };
				const content = {
					loadFixtures: [{ create: { _id: attacker.name } }, make],
					loadMappings: { properties: { profileIds: { type: "integer" } } },
				}[action];
				for (const index of ["%kuzzle", "%kuzzle.users", ".kuzzle", "*"])
					await refuses(attacker, {
						action: `admin:${action}`,
						body: { [index]: { users: content } },
					});
				return attacker.token;
			},
		}),
	),

	// Mappings tell how to search, not what is so: hidden profiles would let a second "first" administrator be made.
	...(["User", "Profile", "Role"] as const).map(
		(kind): Escalation => ({
			right: `security:update${kind}Mapping`,
			power: "nothing",
			async attack(attacker) {
				const field = { User: "profileIds", Profile: "tags", Role: "tags" };
				const update = (properties: object): ActionRequest => ({
					action: `security:update${kind}Mapping`,
					body: { properties },
				});
				await refuses(attacker, update({ [field[kind]]: { type: "integer" } }));
				await attacker.must(update({ ofTheAttacker: { type: "keyword" } }));
				return attacker.token;
			},
		}),
	),

	// What everybody may be given for himself.
	{
		right: "auth:updateSelf",
		power: "own",
		async attack(attacker) {
			for (const forbidden of [
				{ profileIds: ["admin"] },
				{ "profileIds.0": "admin" },
				{ _id: VICTIM },
			])
				await refuses(attacker, { action: "auth:updateSelf", body: forbidden });
			await attacker.must({
				action: "auth:updateSelf",
				args: { _id: VICTIM, userId: VICTIM, kuid: VICTIM },
				body: { content: { profileIds: ["admin"] }, profileids: ["admin"] },
			});
			return attacker.token;
		},
	},
	{
		right: "auth:createMyCredentials",
		power: "own",
		async attack(attacker) {
			const create = (body: object): ActionRequest => ({
				action: "auth:createMyCredentials",
				args: { strategy: "local", _id: NEWCOMER, kuid: NEWCOMER },
				body,
			});
			const { local: mine } = local(`${attacker.name}-2`);
			await refuses(attacker, create({ ...mine, kuid: NEWCOMER }));
			await refuses(attacker, create(mine));
			await refuses(attacker, toFailingLogin(attacker), { token: null });
			return attacker.token;
		},
	},
	{
		right: "auth:updateMyCredentials",
		power: "own",
		async attack(attacker) {
			const update = (username: string, more = {}): ActionRequest => ({
				action: "auth:updateMyCredentials",
				args: { strategy: "local", _id: VICTIM, kuid: VICTIM },
				body: { username, password: "mine", ...more },
			});
			await refuses(attacker, update(VICTIM));
			await refuses(attacker, update("x", { kuid: VICTIM }));
			await attacker.must(update(`${attacker.name}-2`));
			return attacker.logIn(`${attacker.name}-2`, "mine");
		},
	},
	{
		right: "auth:deleteMyCredentials",
		power: "own",
		async attack(attacker) {
			await attacker.must({
				action: "auth:deleteMyCredentials",
				args: { strategy: "local", _id: VICTIM, kuid: VICTIM },
			});
			// The victim's are there.
			await attacker.logIn(VICTIM);
			return attacker.token;
		},
	},
	{
		right: "auth:createApiKey",
		power: "own",
		async attack(attacker) {
			const key = await attacker.must({
				action: "auth:createApiKey",
				args: { userId: VICTIM, kuid: VICTIM },
				body: { description: "d", userId: VICTIM },
			});
			assert.equal(key._source.userId, attacker.name);
			return key._source.token;
		},
	},
	{
		right: "auth:deleteApiKey",
		power: "own",
		async attack(attacker) {
			await refuses(attacker, {
				action: "auth:deleteApiKey",
				args: { _id: "of-the-victim", userId: VICTIM },
			});
			return attacker.token;
		},
	},
	{
		right: "auth:createToken",
		power: "own",
		async attack(attacker) {
			const made = await attacker.must({
				action: "auth:createToken",
				args: { userId: VICTIM, _id: VICTIM },
				body: { _id: VICTIM, profileIds: ["admin"] },
			});
			return made.token;
		},
	},
	{
		right: "auth:refreshToken",
		power: "own",
		async attack(attacker) {
			const made = await attacker.must({
				action: "auth:refreshToken",
				args: { _id: VICTIM, userId: VICTIM },
			});
			assert.equal(made._id, attacker.name);
			return made.jwt;
		},
	},
	{
		right: "auth:logout",
		power: "own",
		async attack(attacker) {
			const ofVictim = await attacker.logIn(VICTIM);
			await attacker.must({
				action: "auth:logout",
				args: { global: true, _id: VICTIM, userId: VICTIM },
			});
			await attacker.must(
				{ action: "auth:logout", args: { global: true } },
				ofVictim,
			);
			return attacker.logIn(attacker.name);
		},
	},
	{
		right: "auth:login",
		power: "own",
		async attack(attacker) {
			await refuses(attacker, toFailingLogin(attacker), { token: null });
			return attacker.logIn(attacker.name);
		},
	},
];

const EVERYTHING = { controllers: { "*": { actions: { "*": true } } } };

function local(username: string) {
	return { local: { username, password: PASSWORD } };
}

/** Nobody has these credentials: the attempts before did not make them. */
function toFailingLogin({ name }: Attacker): ActionRequest {
	return {
		action: "auth:login",
		args: { strategy: "local", _id: VICTIM, kuid: VICTIM },
		body: { ...local(`${name}-2`).local, kuid: VICTIM, _id: VICTIM },
	};
}

/** As a mistake of the client, not for want of the right. */
async function refuses(
	attacker: Attacker,
	request: ActionRequest,
	{ what = request.action, token = attacker.token as string | null } = {},
): Promise<void> {
	const { status, error, result } = await attacker.ask(request, token);
	assert.notEqual(error?.id, "security.rights.forbidden", what);
	// What works on many tells which it left alone.
	const left = Array.isArray(result) && result.length === 0;
	assert.ok(
		(status >= 400 && status < 500) || left || status === 206,
		`${what} ${JSON.stringify(request)}: ${status} ${JSON.stringify(result)}`,
	);
}
