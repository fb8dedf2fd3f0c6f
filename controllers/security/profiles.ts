import { flag, refresh, string } from "../../src/action/args.ts";
import { content, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	anyObject,
	arrayOf,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import type { Security } from "../../src/security/security.ts";

const profileResult = objectOf({
	_id: text("The profile's id."),
	_source: anyObject("The profile's content: {policies, rateLimit, …}."),
});

export const createOrReplaceProfile = (security: Security) =>
	defineAction({
		name: "security:createOrReplaceProfile",
		summary: "Writes a profile: which roles it holds, and where.",
		http: ["PUT /profiles/:_id"],
		args: {
			_id: string("path", "The profile's id."),
			refresh: refresh("wait_for"),
			strict: flag("The indexes and collections of restrictions must exist."),
		},
		body: content("The profile.", {
			policies: arrayOf(
				anyObject("{roleId, restrictedTo?: [{index, collections?: []}]}", {
					roleId: "default",
				}),
			),
			rateLimit: whole("Requests per second and user; 0 is unlimited.", 0),
		}),
		result: profileResult,
		handler: ({ args, body, signal }) =>
			security.profiles.createOrReplace(args._id, body, {
				refresh: args.refresh,
				strict: args.strict,
				signal: signal(),
			}),
	});

export const getProfile = (security: Security) =>
	defineAction({
		name: "security:getProfile",
		summary: "Reads a profile.",
		http: ["GET /profiles/:_id"],
		args: { _id: string("path", "The profile's id.") },
		body: none,
		result: profileResult,
		handler: ({ args, signal }) => security.profiles.read(args._id, signal()),
	});
