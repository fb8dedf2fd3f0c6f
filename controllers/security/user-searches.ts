import { names } from "../../src/action/args.ts";
import { fields, none, optionalListField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { text } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { Security } from "../../src/security/security.ts";
import {
	hitsShape,
	nextPageArgs,
	scrollArg,
	scrolledShape,
	searchArgs,
	searchBody,
} from "./shapes.ts";
import { userResult } from "./user-shapes.ts";

export const mGetUsers = (security: Security) =>
	defineAction({
		name: "security:mGetUsers",
		summary: "Reads several users; those that are missing are left out.",
		http: ["GET /users/_mGet", "POST /users/_mGet"],
		args: {
			ids: names("The users' ids, where there is no body: a,b or JSON."),
		},
		body: fields({
			ids: optionalListField("The users' ids.", text("An id.")),
		}),
		result: hitsShape(userResult),
		async handler({ args, body, signal }) {
			const ids = body.ids ?? args.ids ?? [];
			if (ids.length === 0) {
				throw createError("api.assert.missing_argument", "ids");
			}
			security.assertReads(ids.length);
			return { hits: await security.users.mGet(ids, signal()) };
		},
	});

export const searchUsers = (security: Security) =>
	defineAction({
		name: "security:searchUsers",
		summary: "Searches users.",
		http: ["POST /users/_search"],
		args: { ...searchArgs, scroll: scrollArg },
		body: searchBody(),
		result: scrolledShape(userResult),
		handler({ args, body, signal }) {
			// Aggregations are taken and not answered, as in Kuzzle (recorded).
			const { aggs, aggregations, ...search } = body;
			if (args.lang === "koncorde" && search.query === undefined) {
				throw createError("api.assert.missing_argument", "body.query");
			}
			return security.searches.search("users", {
				...args,
				body: search,
				signal: signal(),
			});
		},
	});

export const scrollUsers = (security: Security) =>
	defineAction({
		name: "security:scrollUsers",
		summary: "Reads the next page of a search of users.",
		http: ["GET /users/_scroll/:scrollId"],
		args: nextPageArgs,
		body: none,
		result: scrolledShape(userResult),
		handler: ({ args: { scrollId, scroll }, signal }) =>
			security.searches.scroll("users", scrollId, scroll, signal()),
	});
