import {
	integer,
	lang,
	optionalString,
	type Refresh,
	refresh,
	string,
} from "../../src/action/args.ts";
import {
	fields,
	none,
	optionalContent,
	textField,
} from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { lifetime } from "../../src/action/duration.ts";
import {
	arrayOf,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { koncordeToDsl } from "../../src/search/koncorde-to-dsl.ts";
import { parseQuery } from "../../src/search/parse-query.ts";
import type { Query } from "../../src/search/query.ts";
import type { Security } from "../../src/security/security.ts";

/*
 * A caller's own keys (`auth:…`) and those of any user (`security:…`): the same three actions, but for whose keys they
 * are and where the user's id comes from.
 */

const keyMembers = {
	userId: text("Whose key it is."),
	description: text("What it is for."),
	expiresAt: whole("When it ends, in milliseconds since the epoch; -1 never."),
	ttl: whole("How long it was made for, in milliseconds; -1 for ever."),
	fingerprint: text("SHA-256 of the token, as lower-case hexadecimal text."),
	hash: text("The same as fingerprint, under the documentation's name."),
};
const createdKey = objectOf({
	_id: text("The key's id."),
	_source: objectOf({
		...keyMembers,
		token: text("The token. It is shown this once and stored nowhere."),
	}),
});
const foundKeys = objectOf({
	hits: arrayOf(
		objectOf({ _id: text("The key's id."), _source: objectOf(keyMembers) }),
	),
	total: whole("Number of keys that match, whatever the page."),
});
const deletedKey = objectOf({ _id: text("The key's id.") });

const createArgs = {
	expiresIn: lifetime("How long the key lasts.", "-1"),
	refresh: refresh("wait_for"),
	_id: optionalString("The key's id. Default: a random UUID."),
};
const createBody = fields({
	description: textField("What the key is for."),
});
const searchArgs = {
	from: integer("How many matches to pass over.", 0),
	size: integer("How many keys to answer at most.", 10),
	lang: lang(),
};
const searchBody = optionalContent("The query itself. None matches every key.");
const userId = string("path", "The user's id (kuid).");
const NEVER = -1;

export const createApiKey = (security: Security) =>
	defineAction({
		name: "auth:createApiKey",
		summary: "Makes an API key for the caller.",
		http: ["POST /api-keys/_create"],
		args: createArgs,
		body: createBody,
		result: createdKey,
		handler({ args, body, caller, signal }) {
			const ttl = args.expiresIn ?? NEVER;
			assertUnderMax(ttl, security.rules.apiKeyMaxTtlMs);
			return security.apiKeys.create({
				kuid: caller.kuid,
				author: caller.kuid,
				description: body.description,
				ttl,
				id: args._id,
				refresh: args.refresh,
				signal: signal(),
			});
		},
	});

export const searchApiKeys = (security: Security) =>
	defineAction({
		name: "auth:searchApiKeys",
		summary: "Searches the caller's API keys.",
		http: ["POST /api-keys/_search"],
		args: searchArgs,
		body: searchBody,
		result: foundKeys,
		handler: ({ args, body, caller, signal }) =>
			search(security, caller.kuid, { ...args, body, signal: signal() }),
	});

export const deleteApiKey = (security: Security) =>
	defineAction({
		name: "auth:deleteApiKey",
		summary: "Deletes one of the caller's API keys. It stops working at once.",
		http: ["DELETE /api-keys/:_id"],
		args: { _id: string("path", "The key's id."), refresh: refresh(false) },
		body: none,
		result: deletedKey,
		handler: ({ args, caller, signal }) =>
			remove(security, caller.kuid, { ...args, signal: signal() }),
	});

export const createUserApiKey = (security: Security) =>
	defineAction({
		name: "security:createApiKey",
		summary: "Makes an API key for a user.",
		http: ["POST /users/:userId/api-keys/_create"],
		args: { userId, ...createArgs },
		body: createBody,
		result: createdKey,
		async handler({ args, body, caller, signal }) {
			const user = await security.users.get(args.userId, signal());
			return security.apiKeys.create({
				kuid: user._id,
				author: caller.kuid,
				description: body.description,
				ttl: args.expiresIn ?? NEVER,
				id: args._id,
				refresh: args.refresh,
				signal: signal(),
			});
		},
	});

export const searchUserApiKeys = (security: Security) =>
	defineAction({
		name: "security:searchApiKeys",
		summary: "Searches the API keys of a user.",
		http: ["POST /users/:userId/api-keys/_search"],
		args: { userId, ...searchArgs },
		body: searchBody,
		result: foundKeys,
		handler: ({ args, body, signal }) =>
			search(security, args.userId, { ...args, body, signal: signal() }),
	});

export const deleteUserApiKey = (security: Security) =>
	defineAction({
		name: "security:deleteApiKey",
		summary: "Deletes an API key of a user. It stops working at once.",
		http: ["DELETE /users/:userId/api-keys/:_id"],
		args: {
			userId,
			_id: string("path", "The key's id."),
			refresh: refresh("wait_for"),
		},
		body: none,
		result: deletedKey,
		handler: ({ args, signal }) =>
			remove(security, args.userId, { ...args, signal: signal() }),
	});

function assertUnderMax(ttl: number, maxTtlMs: number): void {
	if (maxTtlMs !== -1 && (ttl === NEVER || ttl > maxTtlMs)) {
		throw createError("security.token.ttl_exceeded");
	}
}

function search(
	security: Security,
	kuid: string,
	request: {
		readonly from: number;
		readonly size: number;
		readonly lang: "elasticsearch" | "koncorde";
		readonly body: Readonly<Record<string, unknown>>;
		readonly signal: AbortSignal;
	},
): Promise<unknown> {
	const { from, size, lang: language, body, signal } = request;
	security.assertPage(from, size);
	const query: Query = parseQuery(
		language === "koncorde" ? koncordeToDsl(body) : body,
	);
	return security.apiKeys.search({ kuid, query, from, size, signal });
}

async function remove(
	security: Security,
	kuid: string,
	{
		_id,
		refresh: wait,
		signal,
	}: {
		readonly _id: string;
		readonly refresh: Refresh;
		readonly signal: AbortSignal;
	},
): Promise<unknown> {
	await security.apiKeys.delete(kuid, _id, { refresh: wait, signal });
	return { _id };
}
