import {
	flag,
	kuidKind,
	optionalString,
	refresh,
	string,
} from "../../src/action/args.ts";
import {
	type Body,
	type Field,
	fields,
	none,
	objectField,
} from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject, objectOf, text } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { Security } from "../../src/security/security.ts";
import type { User } from "../../src/security/users.ts";

const userResult = objectOf({
	_id: text("The user's id (kuid)."),
	_source: anyObject("The user's content, with its profileIds."),
});

const creationArgs = {
	_id: optionalString("The user's id. Default: generated.", "path"),
	kuid: kuidKind(),
	refresh: refresh("wait_for"),
};
const credentials = objectField(
	"Credentials by strategy, such as {local: {username, password}}.",
	{
		required: false,
		example: { local: { username: "ann", password: "a-long-password" } },
	},
);
const optionalUserBody: Body<{
	readonly content: Readonly<Record<string, unknown>>;
	readonly credentials: Readonly<Record<string, unknown>>;
}> = fields({
	content: objectField("The user's content.", { required: false }),
	credentials,
});

export const createUser = (security: Security) =>
	defineAction({
		name: "security:createUser",
		summary: "Creates a user with its profiles and credentials.",
		http: ["POST /users/_create", "POST /users/:_id/_create"],
		args: creationArgs,
		body: fields({
			content: withProfileIds(),
			credentials,
		}),
		result: userResult,
		async handler({ args, body, signal }) {
			const { profileIds, ...content } = body.content;
			const user = await security.users.create(
				{
					id: args._id,
					kuid: args.kuid,
					profileIds: profileIds as string[],
					content,
					credentials: body.credentials,
				},
				{ refresh: args.refresh, signal: signal() },
			);
			return toPublic(user);
		},
	});

export const createRestrictedUser = (security: Security) =>
	defineAction({
		name: "security:createRestrictedUser",
		summary:
			"Creates a user with the profiles of `security.restrictedProfileIds`.",
		http: [
			"POST /users/_createRestricted",
			"POST /users/:_id/_createRestricted",
		],
		args: creationArgs,
		body: optionalUserBody,
		result: userResult,
		async handler({ args, body, signal }) {
			assertNoProfileIds(body.content);
			const user = await security.users.create(
				{
					id: args._id,
					kuid: args.kuid,
					profileIds: security.rules.restrictedProfileIds,
					content: body.content,
					credentials: body.credentials,
				},
				{ refresh: args.refresh, signal: signal() },
			);
			return toPublic(user);
		},
	});

export const createFirstAdmin = (security: Security) =>
	defineAction({
		name: "security:createFirstAdmin",
		summary: "Creates the first administrator, while there is none.",
		http: ["POST /_createFirstAdmin/:_id", "POST /_createFirstAdmin"],
		args: {
			...creationArgs,
			reset: flag(
				"Restricts the default rights too, which closes the server to strangers.",
			),
		},
		body: optionalUserBody,
		result: userResult,
		async handler({ args, body, signal }) {
			assertNoProfileIds(body.content);
			const options = { refresh: args.refresh, signal: signal() };
			const user = await security.firstAdmin.create(
				{
					id: args._id,
					kuid: args.kuid,
					content: body.content,
					credentials: body.credentials,
				},
				options,
			);
			// The user is there: what was asked for with it is done, whatever the deadline.
			if (args.reset)
				await security.restrictDefaultRights({ refresh: args.refresh });
			return toPublic(user);
		},
	});

export const restrictDefaultRights = (security: Security) =>
	defineAction({
		name: "security:restrictDefaultRights",
		summary:
			"Writes the restricted default roles and profiles, which closes the server to strangers.",
		http: ["POST /_restrictDefaultRights"],
		args: {},
		body: none,
		result: null,
		async handler({ signal }) {
			await security.restrictDefaultRights({
				refresh: "wait_for",
				signal: signal(),
			});
		},
	});

export const getUser = (security: Security) =>
	defineAction({
		name: "security:getUser",
		summary: "Reads a user.",
		http: ["GET /users/:_id"],
		args: { _id: string("path", "The user's id (kuid).") },
		body: none,
		result: userResult,
		handler: async ({ args, signal }) =>
			toPublic(await security.users.get(args._id, signal())),
	});

export const deleteUser = (security: Security) =>
	defineAction({
		name: "security:deleteUser",
		summary: "Deletes a user with its credentials, API keys and login tokens.",
		http: ["DELETE /users/:_id"],
		args: {
			_id: string("path", "The user's id (kuid)."),
			refresh: refresh("wait_for"),
		},
		body: none,
		result: objectOf({ _id: text("The user's id (kuid).") }),
		async handler({ args, signal }) {
			await security.users.delete(args._id, {
				refresh: args.refresh,
				signal: signal(),
			});
			return { _id: args._id };
		},
	});

function toPublic({ _id, _source }: User): unknown {
	return { _id, _source };
}

function assertNoProfileIds(content: Readonly<Record<string, unknown>>): void {
	if (content.profileIds !== undefined) {
		throw createError(
			"api.assert.forbidden_argument",
			"body.content.profileIds",
		);
	}
}

/** The content of a user to create: an object that names its profiles. */
function withProfileIds(): Field<Readonly<Record<string, unknown>>> {
	const object = objectField("The user's content, with its profileIds.", {
		required: true,
		example: { profileIds: ["default"] },
	});
	return {
		...object,
		read(value, path) {
			const content = object.read(value, path);
			const { profileIds } = content;
			const name = `${path}.profileIds`;
			if (profileIds === undefined) {
				throw createError("api.assert.missing_argument", name);
			}
			if (
				!Array.isArray(profileIds) ||
				profileIds.some((id) => typeof id !== "string")
			) {
				throw createError("api.assert.invalid_type", name, "array");
			}
			return content;
		},
	};
}
