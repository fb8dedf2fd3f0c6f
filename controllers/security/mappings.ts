import { string } from "../../src/action/args.ts";
import { content, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject, objectOf } from "../../src/action/json-schema.ts";
import type { Security } from "../../src/security/security.ts";

/* Which fields of users, profiles and roles can be searched: two actions for each kind, which differ in it only. */

interface Row {
	readonly name: "User" | "Profile" | "Role";
	readonly kind: "users" | "profiles" | "roles";
}

const USER: Row = { name: "User", kind: "users" };
const PROFILE: Row = { name: "Profile", kind: "profiles" };
const ROLE: Row = { name: "Role", kind: "roles" };

export const getUserMapping = getMapping(USER);
export const updateUserMapping = updateMapping(USER);
export const getProfileMapping = getMapping(PROFILE);
export const updateProfileMapping = updateMapping(PROFILE);
export const getRoleMapping = getMapping(ROLE);
export const updateRoleMapping = updateMapping(ROLE);

const properties = anyObject("{<field>: {type}}", {
	city: { type: "keyword" },
});

function getMapping({ name, kind }: Row) {
	return (security: Security) =>
		defineAction({
			name: `security:get${name}Mapping`,
			summary: `Reads the mapping of ${kind}.`,
			http: [`GET /${kind}/_mapping`],
			args: {},
			body: none,
			result: objectOf({ mapping: properties }),
			handler: ({ signal }) =>
				security.mappings.get(kind, { signal: signal() }),
		});
}

function updateMapping({ name, kind }: Row) {
	return (security: Security) =>
		defineAction({
			name: `security:update${name}Mapping`,
			summary: `Adds fields to the mapping of ${kind}; a field keeps its type.`,
			http: [`PUT /${kind}/_mapping`],
			args: {},
			body: content("The mappings: {dynamic, _meta, properties}.", {
				properties,
			}),
			result: anyObject("All mappings: {dynamic, _meta, properties}."),
			handler: ({ body, signal }) =>
				security.mappings.update(kind, body, { signal: signal() }),
		});
}

export const refresh = (security: Security) =>
	defineAction({
		name: "security:refresh",
		summary: "Lets searches see what was written of users, profiles or roles.",
		http: ["POST /_security/:collection/_refresh"],
		args: {
			collection: string("path", "`users`, `profiles` or `roles`.", "users"),
		},
		body: none,
		result: { description: "Always null." },
		async handler({ args, signal }) {
			await security.mappings.refresh(args.collection, { signal: signal() });
			return null;
		},
	});
