import { integer, refresh, string } from "../../src/action/args.ts";
import { content, fields, objectField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import type { Security } from "../../src/security/security.ts";
import {
	contentWithProfiles,
	credentialsField,
	profileIdsSchema,
	readProfileIds,
	toPublicUser,
	userResult,
	withProfileIds,
} from "./user-shapes.ts";

const _id = string("path", "The user's id (kuid).");
const replaceArgs = { _id, refresh: refresh("wait_for") };
const updateArgs = {
	...replaceArgs,
	retryOnConflict: integer(
		"How often to try anew when another change comes in between.",
		10,
	),
};

export const updateUser = (security: Security) =>
	defineAction({
		name: "security:updateUser",
		summary: "Changes what is given of a user's content, and keeps the rest.",
		http: ["PUT /users/:_id/_update"],
		args: updateArgs,
		body: content("What to change of the user's content.", {
			profileIds: profileIdsSchema,
		}),
		result: userResult,
		async handler({ args: { _id: kuid, ...options }, body, caller, signal }) {
			const { profileIds, ...changes } = body;
			const user = await security.userChanges.update(
				kuid,
				profileIds === undefined
					? changes
					: {
							...changes,
							profileIds: readProfileIds(profileIds, "body.profileIds"),
						},
				{ ...options, caller: caller.kuid, signal: signal() },
			);
			return toPublicUser(user);
		},
	});

export const replaceUser = (security: Security) =>
	defineAction({
		name: "security:replaceUser",
		summary: "Writes the whole content of a user that is there.",
		http: ["PUT /users/:_id/_replace"],
		args: replaceArgs,
		body: content("The user's content.", { profileIds: profileIdsSchema }),
		result: userResult,
		async handler({ args: { _id: kuid, ...options }, body, caller, signal }) {
			const user = await security.userChanges.replace(
				kuid,
				withProfileIds(body, "body"),
				{ ...options, caller: caller.kuid, signal: signal() },
			);
			return toPublicUser(user);
		},
	});

export const upsertUser = (security: Security) =>
	defineAction({
		name: "security:upsertUser",
		summary: "Changes a user, or creates it where it is missing.",
		http: ["POST /users/:_id/_upsert"],
		args: updateArgs,
		body: fields({
			content: contentWithProfiles(),
			default: objectField(
				"Content of a user who is created, under the content above.",
				{ required: false },
			),
			credentials: credentialsField,
		}),
		result: userResult,
		async handler({ args: { _id: kuid, ...options }, body, caller, signal }) {
			const user = await security.userChanges.upsert(kuid, body, {
				...options,
				caller: caller.kuid,
				signal: signal(),
			});
			return toPublicUser(user);
		},
	});
