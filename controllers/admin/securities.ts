import { flag, optionalString, refresh } from "../../src/action/args.ts";
import { type Body, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject, objectOf, whole } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { isObject } from "../../src/lib/json.ts";
import type {
	LoadedUser,
	LoadOptions,
	Securities,
} from "../../src/security/load-securities.ts";
import type { Security } from "../../src/security/security.ts";
import { acknowledged } from "./shapes.ts";

type Content = Readonly<Record<string, unknown>>;

export const loadSecurities = (security: Security) =>
	defineAction({
		name: "admin:loadSecurities",
		summary:
			"Writes roles, profiles and users at once. Roles and profiles that exist are replaced.",
		http: ["POST /admin/_loadSecurities"],
		args: {
			refresh: refresh("wait_for"),
			onExistingUsers: optionalString(
				"What becomes of users who exist. `fail`: nothing is written. `skip`: they stay as they are. `overwrite`: they are removed, with their credentials, API keys and tokens, and made anew. Default: `fail`.",
			),
			force: flag("Lets controllers through that the server does not know."),
		},
		body: securitiesBody(),
		result: acknowledged,
		async handler({ args, body, signal }) {
			await security.administration.load("loadSecurities", body, {
				refresh: args.refresh,
				force: args.force,
				onExistingUsers: toChoice(args.onExistingUsers),
				signal: signal(),
			});
			return { acknowledge: true };
		},
	});

export const resetSecurity = (security: Security) =>
	defineAction({
		name: "admin:resetSecurity",
		summary:
			"Removes all users, profiles and roles, and opens the server to everybody, as when it was new.",
		http: ["POST /admin/_resetSecurity"],
		args: {},
		body: none,
		result: objectOf({
			deletedUsers: whole("How many users there were.", 3),
			deletedProfiles: whole(
				"How many profiles there were, beside the three that stay.",
				2,
			),
		}),
		handler: ({ signal }) =>
			security.administration.reset("resetSecurity", signal()),
	});

/** What is none of the three counts as the one that changes least: Kuzzle takes any text. */
function toChoice(text: string | undefined): LoadOptions["onExistingUsers"] {
	return text === "skip" || text === "overwrite" ? text : "fail";
}

function securitiesBody(): Body<Securities> {
	return {
		required: true,
		schema: {
			type: "object",
			properties: {
				roles: anyObject("Roles by their ids.", {
					reader: {
						controllers: { auth: { actions: { getCurrentUser: true } } },
					},
				}),
				profiles: anyObject("Profiles by their ids.", {
					readers: { policies: [{ roleId: "reader" }] },
				}),
				users: anyObject("Users by their ids: {content, credentials}.", {
					ann: {
						content: { profileIds: ["readers"] },
						credentials: {
							local: { username: "ann", password: "a-long-password" },
						},
					},
				}),
			},
			additionalProperties: true,
		},
		read(body) {
			if (!isObject(body)) throw createError("api.assert.body_required");
			const users = membersOf(body, "users").map(
				([id, user]) => [id, toUser(user)] as const,
			);
			return {
				roles: Object.fromEntries(membersOf(body, "roles")),
				profiles: Object.fromEntries(membersOf(body, "profiles")),
				users: Object.fromEntries(users),
			};
		},
	};
}

/** The objects of one kind, by their ids. A kind may be left out. */
function membersOf(body: Content, kind: string): [string, Content][] {
	const given = Object.hasOwn(body, kind) ? body[kind] : undefined;
	if (given === undefined || given === null) return [];
	// Kuzzle's error speaks of the value, not of the name (recorded).
	if (!isObject(given)) {
		throw createError("api.assert.invalid_argument", String(given), "object");
	}
	return Object.entries(given).map(([id, member]) => {
		if (!isObject(member)) {
			throw createError("api.assert.invalid_type", `${kind}.${id}`, "object");
		}
		return [id, member];
	});
}

function toUser(user: Content): LoadedUser {
	const { profileIds, ...content } = objectIn(user, "content");
	const credentials = objectIn(user, "credentials");
	const name = "body.content.profileIds";
	if (profileIds === undefined) {
		throw createError("api.assert.missing_argument", name);
	}
	if (!isTexts(profileIds)) {
		throw createError("api.assert.invalid_type", name, "array");
	}
	return { profileIds, content, credentials };
}

function objectIn(user: Content, name: string): Content {
	const value = Object.hasOwn(user, name) ? user[name] : undefined;
	if (value === undefined || value === null) return {};
	if (isObject(value)) return value;
	throw createError("api.assert.invalid_type", `body.${name}`, "object");
}

function isTexts(value: unknown): value is string[] {
	return (
		Array.isArray(value) && value.every((item) => typeof item === "string")
	);
}
