import { flag, integer, refresh, string } from "../../src/action/args.ts";
import { content, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	anyObject,
	arrayOf,
	objectOf,
	text,
} from "../../src/action/json-schema.ts";
import type { Security } from "../../src/security/security.ts";
import {
	foundShape,
	hitsShape,
	idsBody,
	searchArgs,
	searchBody,
} from "./shapes.ts";

const roleResult = objectOf({
	_id: text("The role's id."),
	_source: anyObject("The role's content: {controllers, …}."),
});
const _id = string("path", "The role's id.");
const writeArgs = {
	_id,
	refresh: refresh("wait_for"),
	force: flag("Lets controllers through that the server does not know."),
};
const roleBody = content("The role.", {
	controllers: anyObject(
		"{<controller or *>: {actions: {<action or *>: true or false}}}",
		{ auth: { actions: { "*": true } } },
	),
	tags: arrayOf(text("A word to find the role by."), "Tags."),
});

export const createRole = (security: Security) =>
	defineAction({
		name: "security:createRole",
		summary: "Writes a new role: which actions it allows.",
		http: ["POST /roles/:_id/_create"],
		args: writeArgs,
		body: roleBody,
		result: roleResult,
		handler: ({ args: { _id: id, ...options }, body, signal }) =>
			security.roles.create(id, body, { ...options, signal: signal() }),
	});

export const createOrReplaceRole = (security: Security) =>
	defineAction({
		name: "security:createOrReplaceRole",
		summary: "Writes a role: which actions it allows.",
		http: ["PUT /roles/:_id"],
		args: writeArgs,
		body: roleBody,
		result: roleResult,
		handler: ({ args: { _id: id, ...options }, body, signal }) =>
			security.roles.createOrReplace(id, body, {
				...options,
				signal: signal(),
			}),
	});

export const updateRole = (security: Security) =>
	defineAction({
		name: "security:updateRole",
		summary: "Writes the whole content of a role that is there.",
		http: ["PUT /roles/:_id/_update"],
		args: {
			...writeArgs,
			retryOnConflict: integer("Has no effect: the role is replaced.", 10),
		},
		body: roleBody,
		result: roleResult,
		handler: ({ args: { _id: id, refresh, force }, body, signal }) =>
			security.roles.update(id, body, { refresh, force, signal: signal() }),
	});

export const getRole = (security: Security) =>
	defineAction({
		name: "security:getRole",
		summary: "Reads a role.",
		http: ["GET /roles/:_id"],
		args: { _id },
		body: none,
		result: roleResult,
		handler: ({ args, signal }) => security.roles.get(args._id, signal()),
	});

export const mGetRoles = (security: Security) =>
	defineAction({
		name: "security:mGetRoles",
		summary: "Reads several roles; one that is missing fails all.",
		http: ["POST /roles/_mGet"],
		args: {},
		body: idsBody,
		result: hitsShape(roleResult),
		async handler({ body, signal }) {
			security.assertReads(body.ids.length);
			return { hits: await security.roles.mGet(body.ids, signal()) };
		},
	});

export const searchRoles = (security: Security) =>
	defineAction({
		name: "security:searchRoles",
		summary: "Searches roles.",
		http: ["POST /roles/_search"],
		args: searchArgs,
		body: searchBody({
			controllers: arrayOf(
				text("A controller's name."),
				"In place of a query: roles that name one of them, or *.",
			),
		}),
		result: foundShape(roleResult),
		handler: ({ args, body, signal }) =>
			security.searches.search("roles", { ...args, body, signal: signal() }),
	});

export const deleteRole = (security: Security) =>
	defineAction({
		name: "security:deleteRole",
		summary: "Deletes a role that no profile names.",
		http: ["DELETE /roles/:_id"],
		args: { _id, refresh: refresh("wait_for") },
		body: none,
		result: objectOf({ _id: text("The role's id.") }),
		async handler({ args: { _id: id, refresh }, signal }) {
			await security.roles.delete(id, { refresh, signal: signal() });
			return { _id: id };
		},
	});
