import {
	flag,
	kuidKind,
	optionalString,
	refresh,
	string,
} from "../../src/action/args.ts";
import { type Body, fields, none, objectField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { objectOf, text } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { createSteps } from "../../src/errors/steps.ts";
import type { Security } from "../../src/security/security.ts";
import {
	contentWithProfiles,
	credentialsField,
	toPublicUser,
	userResult,
} from "./user-shapes.ts";

const creationArgs = {
	_id: optionalString("The user's id. Default: generated.", "path"),
	kuid: kuidKind(),
	refresh: refresh("wait_for"),
};
const optionalUserBody: Body<{
	readonly content: Readonly<Record<string, unknown>>;
	readonly credentials: Readonly<Record<string, unknown>>;
}> = fields({
	content: objectField("The user's content.", { required: false }),
	credentials: credentialsField,
});

export const createUser = (security: Security) =>
	defineAction({
		name: "security:createUser",
		summary: "Creates a user with its profiles and credentials.",
		http: ["POST /users/_create", "POST /users/:_id/_create"],
		args: creationArgs,
		body: fields({
			content: contentWithProfiles(),
			credentials: credentialsField,
		}),
		result: userResult,
		async handler({ args, body, caller, signal }) {
			const { profileIds, ...content } = body.content;
			const user = await security.users.create(
				{
					id: args._id,
					kuid: args.kuid,
					profileIds,
					content,
					credentials: body.credentials,
				},
				{ refresh: args.refresh, caller: caller.kuid, signal: signal() },
			);
			return toPublicUser(user);
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
		async handler({ args, body, caller, signal }) {
			assertNoProfileIds(body.content);
			const user = await security.users.create(
				{
					id: args._id,
					kuid: args.kuid,
					profileIds: security.rules.restrictedProfileIds,
					content: body.content,
					credentials: body.credentials,
				},
				{ refresh: args.refresh, caller: caller.kuid, signal: signal() },
			);
			return toPublicUser(user);
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
		async handler({ args, body, caller, signal }) {
			assertNoProfileIds(body.content);
			const options = {
				refresh: args.refresh,
				caller: caller.kuid,
				signal: signal(),
			};
			const { refresh } = options;
			const step = createSteps();
			return security.administration.runAlone("createFirstAdmin", async () => {
				const user = await step(() =>
					security.firstAdmin.create(
						{
							id: args._id,
							kuid: args.kuid,
							content: body.content,
							credentials: body.credentials,
						},
						options,
					),
				);
				// The user is there: what was asked for with it is done, whatever the deadline.
				if (args.reset)
					await step(() => security.restrictDefaultRights({ refresh }));
				return toPublicUser(user);
			});
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
			const options = { refresh: "wait_for", signal: signal() } as const;
			await security.administration.changeAlone("restrictDefaultRights", () =>
				security.restrictDefaultRights(options),
			);
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
			toPublicUser(await security.users.get(args._id, signal())),
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

function assertNoProfileIds(content: Readonly<Record<string, unknown>>): void {
	if (content.profileIds !== undefined) {
		throw createError(
			"api.assert.forbidden_argument",
			"body.content.profileIds",
		);
	}
}
