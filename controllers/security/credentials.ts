import {
	integer,
	lang,
	optionalString,
	refresh,
	string,
} from "../../src/action/args.ts";
import { content, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	anyObject,
	arrayOf,
	flagged,
	objectOf,
	text,
} from "../../src/action/json-schema.ts";
import type { Security } from "../../src/security/security.ts";
import { foundShape, searchBody } from "./shapes.ts";

export const strategyArg = string(
	"path",
	"The strategy's name, such as `local`.",
	"local",
);
export const credentialsBody = content(
	"Credentials, as the strategy wants them.",
	{
		username: text("Login name (strategy local).", "ann"),
		password: text("Password (strategy local).", "a-long-password"),
	},
);
export const credentialsShape = objectOf({
	username: text("Login name (strategy local)."),
	kuid: text(
		"The user's id; left out after a creation or a change of the name.",
	),
});
export const acknowledgedShape = objectOf({
	acknowledged: flagged("Always true."),
});

const readArgs = {
	_id: string("path", "The user's id (kuid)."),
	strategy: strategyArg,
};
const writeArgs = { ...readArgs, refresh: refresh("wait_for") };

export const createCredentials = (security: Security) =>
	defineAction({
		name: "security:createCredentials",
		summary: "Gives a user credentials for a strategy.",
		http: ["POST /credentials/:strategy/:_id/_create"],
		args: writeArgs,
		body: credentialsBody,
		result: credentialsShape,
		async handler({ args, body, caller, signal }) {
			const user = await security.users.get(args._id, signal());
			return security.credentials.create(args.strategy, user._id, body, {
				refresh: args.refresh,
				caller: caller.kuid,
				signal: signal(),
			});
		},
	});

export const updateCredentials = (security: Security) =>
	defineAction({
		name: "security:updateCredentials",
		summary: "Changes a user's credentials for a strategy.",
		http: ["PUT /credentials/:strategy/:_id/_update"],
		args: writeArgs,
		body: credentialsBody,
		result: credentialsShape,
		async handler({ args, body, caller, signal }) {
			const user = await security.users.get(args._id, signal());
			return security.credentials.update(args.strategy, user._id, body, {
				refresh: args.refresh,
				caller: caller.kuid,
				signal: signal(),
			});
		},
	});

export const deleteCredentials = (security: Security) =>
	defineAction({
		name: "security:deleteCredentials",
		summary: "Takes a user's credentials for a strategy away.",
		http: ["DELETE /credentials/:strategy/:_id"],
		args: writeArgs,
		body: none,
		result: acknowledgedShape,
		async handler({ args, caller, signal }) {
			await security.credentials.delete(args.strategy, args._id, {
				refresh: args.refresh,
				caller: caller.kuid,
				signal: signal(),
			});
			return { acknowledged: true };
		},
	});

export const validateCredentials = (security: Security) =>
	defineAction({
		name: "security:validateCredentials",
		summary: "Tells whether a user could be given these credentials.",
		http: ["POST /credentials/:strategy/:_id/_validate"],
		args: {
			_id: optionalString(
				"The user's id (kuid). None: a user who is yet to be made.",
				"path",
			),
			strategy: strategyArg,
		},
		body: credentialsBody,
		result: flagged("Always true: bad credentials are an error."),
		async handler({ args, body, signal }) {
			await security.credentials.validate(
				args.strategy,
				args._id ?? "",
				body,
				signal(),
			);
			return true;
		},
	});

export const getCredentials = (security: Security) =>
	defineAction({
		name: "security:getCredentials",
		summary: "Reads what may be shown of a user's credentials.",
		http: ["GET /credentials/:strategy/:_id"],
		args: readArgs,
		body: none,
		result: credentialsShape,
		handler: ({ args, signal }) =>
			security.credentials.getInfo(args.strategy, args._id, signal()),
	});

export const getCredentialsById = (security: Security) =>
	defineAction({
		name: "security:getCredentialsById",
		summary: "Reads what may be shown of credentials, by the strategy's id.",
		http: ["GET /credentials/:strategy/:_id/_byId"],
		args: {
			_id: string("path", "The strategy's id (strategy local: the username)."),
			strategy: strategyArg,
		},
		body: none,
		result: credentialsShape,
		handler: ({ args, signal }) =>
			security.credentials.getById(args.strategy, args._id, signal()),
	});

export const hasCredentials = (security: Security) =>
	defineAction({
		name: "security:hasCredentials",
		summary: "Tells whether a user has credentials for a strategy.",
		http: ["GET /credentials/:strategy/:_id/_exists"],
		args: readArgs,
		body: none,
		result: flagged("Whether there are any."),
		handler: ({ args, signal }) =>
			security.credentials.exist(args.strategy, args._id, signal()),
	});

export const getCredentialFields = (security: Security) =>
	defineAction({
		name: "security:getCredentialFields",
		summary: "Lists the fields of a strategy's credentials.",
		http: ["GET /credentials/:strategy/_fields"],
		args: { strategy: strategyArg },
		body: none,
		result: arrayOf(text("A field's name.")),
		handler: ({ args }) => security.credentials.fieldsOf(args.strategy),
	});

export const getAllCredentialFields = (security: Security) =>
	defineAction({
		name: "security:getAllCredentialFields",
		summary: "Lists the fields of the credentials of every strategy.",
		http: ["GET /credentials/_fields"],
		args: {},
		body: none,
		result: anyObject("{<strategy>: [<field>]}", {
			local: ["username", "password"],
		}),
		handler: () =>
			Object.fromEntries(
				security.credentials
					.names()
					.map((name) => [name, security.credentials.fieldsOf(name)]),
			),
	});

export const searchUsersByCredentials = (security: Security) =>
	defineAction({
		name: "security:searchUsersByCredentials",
		summary: "Finds users by what a strategy knows them by.",
		http: ["POST /credentials/:strategy/users/_search"],
		args: {
			strategy: strategyArg,
			from: integer("How many matches to pass over.", 0),
			size: integer("How many to answer at most.", 10),
			lang: lang(),
		},
		body: searchBody(),
		result: foundShape(credentialsShape),
		handler({ args: { strategy, ...page }, body, signal }) {
			const search = { ...page, body, signal: signal() };
			return security.credentials.search(
				strategy,
				security.searches.parse(search),
				signal(),
			);
		},
	});
