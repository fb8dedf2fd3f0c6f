import { Answer } from "../../src/action/answer.ts";
import { refresh } from "../../src/action/args.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { arrayOf, text } from "../../src/action/json-schema.ts";
import {
	createError,
	createMultipleError,
	GatewayError,
} from "../../src/errors/gateway-error.ts";
import { mapLimited } from "../../src/lib/map-limited.ts";
import type { Security } from "../../src/security/security.ts";
import type { ChangeContext } from "../../src/security/user-changes.ts";
import { idsBody } from "./shapes.ts";

/* Deletions of several users, profiles or roles: the same action, but for what is deleted. */

interface Row {
	readonly name: `security:mDelete${string}`;
	readonly route: `POST /${string}`;
	readonly what: string;
	/** As the action that deletes one. */
	readonly deleteOne: (
		security: Security,
		id: string,
		context: ChangeContext,
	) => Promise<void>;
	/** For an id that is no text. */
	readonly missing: (id: unknown) => GatewayError;
}

/** Each deletion may wait for a refresh: those that run together wait for the same one. */
const AT_ONCE = 10;

export const mDeleteUsers = mDelete({
	name: "security:mDeleteUsers",
	route: "POST /users/_mDelete",
	what: "users, each with its credentials, API keys and login tokens",
	deleteOne: (security, id, context) => security.users.delete(id, context),
	missing: (id) => createError("security.user.not_found", id),
});

export const mDeleteProfiles = mDelete({
	name: "security:mDeleteProfiles",
	route: "POST /profiles/_mDelete",
	what: "profiles",
	deleteOne: (security, id, context) =>
		security.deleteProfile(id, { ...context, remove: false }),
	missing: (id) => createError("security.profile.not_found", id),
});

export const mDeleteRoles = mDelete({
	name: "security:mDeleteRoles",
	route: "POST /roles/_mDelete",
	what: "roles",
	deleteOne: (security, id, context) => security.roles.delete(id, context),
	missing: (id) => createError("security.role.not_found", id),
});

/** What could not be deleted is told by a partial error (206), beside the ids of what was. */
function mDelete({ name, route, what, deleteOne, missing }: Row) {
	return (security: Security) =>
		defineAction({
			name,
			summary: `Deletes several ${what}.`,
			http: [route],
			args: { refresh: refresh("wait_for") },
			body: idsBody,
			result: arrayOf(text("The id of one that was deleted.")),
			async handler({ args, body, caller, signal }) {
				security.assertWrites(body.ids.length);
				const context = {
					refresh: args.refresh,
					caller: caller.kuid,
					signal: signal(),
				};
				const ids = [...new Set(body.ids)];
				const failures = await mapLimited(ids, AT_ONCE, (id) =>
					typeof id === "string" && id !== ""
						? failureOf(() => deleteOne(security, id, context))
						: Promise.resolve(missing(id)),
				);
				const deleted = ids.filter((_, i) => failures[i] === null);
				const errors = failures.filter((failure) => failure !== null);
				if (errors.length === 0) return deleted;
				const error = createMultipleError(
					errors.map((failure) => failure.toJSON()),
					"services.storage.incomplete_delete",
				);
				return new Answer(deleted, { error });
			},
		});
}

async function failureOf(
	work: () => Promise<void>,
): Promise<GatewayError | null> {
	try {
		await work();
		return null;
	} catch (error) {
		if (error instanceof GatewayError) return error;
		throw error;
	}
}
