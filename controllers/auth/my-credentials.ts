import { optionalString, refresh } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { flagged } from "../../src/action/json-schema.ts";
import { isObject } from "../../src/lib/json.ts";
import type { Security } from "../../src/security/security.ts";
import {
	acknowledgedShape,
	credentialsBody,
	credentialsShape,
	strategyArg,
} from "../security/credentials.ts";

const args = { strategy: strategyArg };
const writeArgs = { ...args, refresh: refresh("wait_for") };
/** Of what may be undone only by who knows the password. */
const ownerArgs = {
	...writeArgs,
	password: optionalString(
		"The current password, where `requirePassword` of the local strategy asks for it and the body has no `currentPassword`.",
	),
};
const OLD = "2.4.0";

export const createMyCredentials = (security: Security) =>
	defineAction({
		name: "auth:createMyCredentials",
		summary: "Gives the caller credentials for a strategy.",
		http: ["POST /_me/credentials/:strategy/_create"],
		deprecatedRoutes: [
			{
				route: "POST /credentials/:strategy/_me/_create",
				since: OLD,
				replacedBy: "/_me/credentials/:strategy/_create",
			},
		],
		args: writeArgs,
		body: credentialsBody,
		result: credentialsShape,
		needsLogin: true,
		handler: ({ args: { strategy, refresh }, body, caller, signal }) =>
			security.credentials.create(strategy, caller.kuid, body, {
				refresh,
				caller: caller.kuid,
				signal: signal(),
			}),
	});

export const updateMyCredentials = (security: Security) =>
	defineAction({
		name: "auth:updateMyCredentials",
		summary: "Changes the caller's credentials for a strategy.",
		http: ["PUT /_me/credentials/:strategy/_update"],
		deprecatedRoutes: [
			{
				route: "PUT /credentials/:strategy/_me/_update",
				since: OLD,
				replacedBy: "/_me/credentials/:strategy/_update",
			},
		],
		args: ownerArgs,
		body: credentialsBody,
		result: credentialsShape,
		needsLogin: true,
		handler: ({
			args: { strategy, refresh, password },
			body,
			caller,
			signal,
		}) =>
			security.credentials.update(strategy, caller.kuid, body, {
				refresh,
				caller: caller.kuid,
				owner: { currentPassword: body.currentPassword ?? password },
				signal: signal(),
			}),
	});

export const deleteMyCredentials = (security: Security) =>
	defineAction({
		name: "auth:deleteMyCredentials",
		summary: "Takes the caller's credentials for a strategy away.",
		http: ["DELETE /_me/credentials/:strategy"],
		deprecatedRoutes: [
			{
				route: "DELETE /credentials/:strategy/_me",
				since: OLD,
				replacedBy: "/_me/credentials/:strategy",
			},
		],
		args: ownerArgs,
		body: none,
		result: acknowledgedShape,
		needsLogin: true,
		async handler({ args, envelope, caller, signal }) {
			const { strategy, refresh, password } = args;
			const { body } = envelope;
			const given = isObject(body) ? body.currentPassword : undefined;
			await security.credentials.delete(strategy, caller.kuid, {
				refresh,
				caller: caller.kuid,
				owner: { currentPassword: given ?? password },
				signal: signal(),
			});
			return { acknowledged: true };
		},
	});

export const validateMyCredentials = (security: Security) =>
	defineAction({
		name: "auth:validateMyCredentials",
		summary: "Tells whether the caller could be given these credentials.",
		http: ["POST /_me/credentials/:strategy/_validate"],
		deprecatedRoutes: [
			{
				route: "POST /credentials/:strategy/_me/_validate",
				since: OLD,
				replacedBy: "/_me/credentials/:strategy/_validate",
			},
		],
		args,
		body: credentialsBody,
		result: flagged("Always true: bad credentials are an error."),
		needsLogin: true,
		async handler({ args: { strategy }, body, caller, signal }) {
			await security.credentials.validate(
				strategy,
				caller.kuid,
				body,
				signal(),
			);
			return true;
		},
	});

export const getMyCredentials = (security: Security) =>
	defineAction({
		name: "auth:getMyCredentials",
		summary: "Reads what may be shown of the caller's credentials.",
		http: ["GET /_me/credentials/:strategy"],
		deprecatedRoutes: [
			{
				route: "GET /credentials/:strategy/_me",
				since: OLD,
				replacedBy: "/_me/credentials/:strategy",
			},
		],
		args,
		body: none,
		result: credentialsShape,
		needsLogin: true,
		handler: ({ args: { strategy }, caller, signal }) =>
			security.credentials.getInfo(strategy, caller.kuid, signal()),
	});

export const credentialsExist = (security: Security) =>
	defineAction({
		name: "auth:credentialsExist",
		summary: "Tells whether the caller has credentials for a strategy.",
		http: ["GET /_me/credentials/:strategy/_exists"],
		deprecatedRoutes: [
			{
				route: "GET /credentials/:strategy/_me/_exists",
				since: OLD,
				replacedBy: "/_me/credentials/:strategy/_exists",
			},
		],
		args,
		body: none,
		result: flagged("Whether there are any."),
		needsLogin: true,
		handler: ({ args: { strategy }, caller, signal }) =>
			security.credentials.exist(strategy, caller.kuid, signal()),
	});
