import { flag, refresh, string } from "../../src/action/args.ts";
import { content, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject, objectOf, text } from "../../src/action/json-schema.ts";
import type { Security } from "../../src/security/security.ts";

const roleResult = objectOf({
	_id: text("The role's id."),
	_source: anyObject("The role's content: {controllers, …}."),
});

export const createOrReplaceRole = (security: Security) =>
	defineAction({
		name: "security:createOrReplaceRole",
		summary: "Writes a role: which actions it allows.",
		http: ["PUT /roles/:_id"],
		args: {
			_id: string("path", "The role's id."),
			refresh: refresh("wait_for"),
			force: flag("Lets controllers through that the server does not know."),
		},
		body: content("The role.", {
			controllers: anyObject(
				"{<controller or *>: {actions: {<action or *>: true or false}}}",
				{ auth: { actions: { "*": true } } },
			),
		}),
		result: roleResult,
		handler: ({ args, body, signal }) =>
			security.roles.createOrReplace(args._id, body, {
				refresh: args.refresh,
				force: args.force,
				signal: signal(),
			}),
	});

export const getRole = (security: Security) =>
	defineAction({
		name: "security:getRole",
		summary: "Reads a role.",
		http: ["GET /roles/:_id"],
		args: { _id: string("path", "The role's id.") },
		body: none,
		result: roleResult,
		handler: ({ args, signal }) => security.roles.get(args._id, signal()),
	});
