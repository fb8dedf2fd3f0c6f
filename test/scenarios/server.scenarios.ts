import assert from "node:assert/strict";
import { packageVersion } from "../../src/lib/package-root.ts";
import {
	absent,
	anyNumber,
	anyObject,
	anyText,
	exactly,
} from "../support/matchers.ts";
import type { Scenario } from "../support/scenario.ts";
import { refusals, wrongType } from "../support/scenario-rows.ts";

/** The `server` controller: what anyone may ask of a running gateway, and how it is. */
export const serverScenarios: readonly Scenario[] = [
	{
		name: "server:now tells the time",
		matrix: true,
		request: { action: "server:now", as: ["server:now"] },
		reply: { result: { now: anyNumber } },
		afterwards: (_run, { result }) => {
			const { now } = result as { now: number };
			assert.ok(Number.isInteger(now) && now > 1e12, String(now));
		},
	},
	{
		name: "server:now is refused to strangers",
		matrix: true,
		request: { action: "server:now" },
		reply: {
			error: "security.rights.unauthorized",
			props: ["server", "now", "-1"],
		},
	},
	{
		name: "server:info tells the version that we are compatible with, and its stores",
		matrix: true,
		request: { action: "server:info", as: ["server:info"] },
		reply: {
			result: {
				serverInfo: {
					kuzzle: {
						version: "2.56.0",
						nodeVersion: process.version,
						uptime: anyText,
						memoryUsed: anyNumber,
						api: { routes: { server: { now: anyObject } } },
						application: anyObject,
						plugins: anyObject,
						system: { memory: { free: anyNumber, total: anyNumber } },
					},
					portico: { version: packageVersion, node: anyText },
					services: {
						internalCache: anyObject,
						memoryStorage: anyObject,
						internalStorage: { type: anyText },
						publicStorage: { type: anyText },
					},
				},
			},
		},
		afterwards: (_run, { http, result }) => {
			if (http === undefined) return;
			const { serverInfo } = result as {
				serverInfo: { portico: { node: string } };
			};
			assert.equal(http.headers["x-kuzzle-node"], serverInfo.portico.node);
		},
	},
	{
		name: "server:info is refused to users without the right",
		matrix: true,
		request: { action: "server:info", as: ["server:now"] },
		reply: {
			error: "security.rights.forbidden",
			props: ["server", "info", anyText],
		},
	},
	{
		name: "server:healthCheck tells how each service is",
		matrix: true,
		request: { action: "server:healthCheck", as: ["server:healthCheck"] },
		reply: {
			result: exactly({
				status: "green",
				services: exactly({
					internalCache: "green",
					memoryStorage: "green",
					storageEngine: "green",
				}),
			}),
		},
	},
	{
		name: "server:healthCheck is refused to strangers",
		matrix: true,
		request: { action: "server:healthCheck" },
		reply: {
			error: "security.rights.unauthorized",
			props: ["server", "healthCheck", "-1"],
		},
	},
	{
		name: "server:healthCheck looks only at the services that are asked for",
		on: ["http", "query", "ws"],
		request: {
			action: "server:healthCheck",
			as: "admin",
			args: { services: "storageEngine,ghost" },
		},
		reply: {
			result: exactly({
				status: "green",
				services: exactly({ storageEngine: "green" }),
			}),
		},
	},
	{
		name: "server:adminExists says yes once there is one",
		matrix: true,
		request: { action: "server:adminExists", as: ["server:adminExists"] },
		reply: { result: exactly({ exists: true }) },
	},
	{
		name: "server:adminExists says no before",
		gateway: "open",
		request: { action: "server:adminExists" },
		reply: { result: exactly({ exists: false }) },
	},
	{
		name: "server:adminExists is refused to strangers once rights are restricted",
		matrix: true,
		request: { action: "server:adminExists" },
		reply: {
			error: "security.rights.unauthorized",
			props: ["server", "adminExists", "-1"],
		},
	},
	{
		name: "server:publicApi lists the actions with their routes, also to strangers",
		matrix: true,
		request: { action: "server:publicApi" },
		reply: {
			result: {
				server: {
					now: {
						controller: "server",
						action: "now",
						http: [{ verb: "GET", path: "/_now", url: "/_now" }],
					},
				},
				ghost: absent,
			},
		},
	},
	{
		name: "server:publicApi is refused to users without the right",
		matrix: true,
		request: { action: "server:publicApi", as: ["server:now"] },
		reply: {
			error: "security.rights.forbidden",
			props: ["server", "publicApi", anyText],
		},
	},
	{
		// The stock SDK reads an envelope from whatever comes over HTTP.
		name: "server:openapi describes the API, also to strangers",
		matrix: true,
		on: ["http", "query", "ws", "sdk-ws"],
		request: { action: "server:openapi", args: { scope: "kuzzle" } },
		reply: {
			result: { info: anyObject, paths: { "/_now": { get: anyObject } } },
		},
		afterwards: ({ transport }, { http }) => {
			if (transport !== "http" && transport !== "query") return;
			assert.match(String(http?.headers["content-type"]), /^application\/json/);
			assert.equal(http?.body.requestId, undefined, "it has an envelope");
		},
	},
	{
		name: "server:openapi answers YAML when asked for it",
		on: ["http"],
		request: { action: "server:openapi", args: { format: "yaml" } },
		reply: { result: anyText },
		afterwards: (_run, { http }) => {
			assert.match(String(http?.headers["content-type"]), /^application\/yaml/);
			assert.match(String(http?.text), /^"?paths"?:/m);
		},
	},
	{
		name: "server:openapi refuses a scope that there is not",
		matrix: true,
		request: { action: "server:openapi", args: { scope: "zz" } },
		reply: {
			error: "api.assert.unexpected_argument",
			props: ["zz", ["kuzzle", "app"]],
		},
	},
	...refusals({ action: "server:openapi" }, [
		wrongType("format", 1, "string"),
		wrongType("format", ["json"], "string"),
		{
			when: "a format whose name is none",
			args: { format: "a\r\nb" },
			error: "api.assert.invalid_argument",
		},
		wrongType("scope", {}, "string"),
	]),
];
