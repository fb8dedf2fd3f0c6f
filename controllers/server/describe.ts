import { cpus, freemem, totalmem } from "node:os";
import { Answer } from "../../src/action/answer.ts";
import { type Arg, optionalString } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject, objectOf } from "../../src/action/json-schema.ts";
import { toOpenApi } from "../../src/action/openapi.ts";
import { toPublicApi } from "../../src/action/public-api.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { toYaml } from "../../src/lib/to-yaml.ts";
import type { ServerContext } from "./context.ts";

export const info = (server: ServerContext) =>
	defineAction({
		name: "server:info",
		summary: "Describes the server: versions, API, memory, services.",
		http: ["GET /", "GET /_serverInfo"],
		args: {},
		body: none,
		result: objectOf({ serverInfo: anyObject("{kuzzle, portico, services}") }),
		async handler({ signal }) {
			const storage = await describeStorage(server, signal());
			const cache = describeCache(server);
			return {
				serverInfo: {
					kuzzle: describeKuzzle(server),
					portico: {
						version: server.version,
						node: server.nodeId,
						storage: server.storage.backend,
						cache: server.cache.backend,
					},
					services: {
						internalCache: cache,
						memoryStorage: cache,
						internalStorage: storage,
						publicStorage: storage,
					},
				},
			};
		},
	});

export const publicApi = ({ actions }: ServerContext) =>
	defineAction({
		name: "server:publicApi",
		summary: "Lists the actions with their HTTP routes.",
		http: [],
		deprecatedRoutes: [
			{ route: "GET /_publicApi", since: "2.5.0", replacedBy: "/_openapi" },
		],
		args: {},
		body: none,
		result: anyObject("{<controller>: {<action>: {controller, action, http}}}"),
		handler: () => toPublicApi(actions()),
	});

export const openapi = (server: ServerContext) =>
	defineAction({
		name: "server:openapi",
		summary: "Describes the HTTP API as an OpenAPI 2.0 document.",
		http: ["GET /_openapi"],
		args: { format: formatArg(), scope: scopeArg() },
		body: none,
		result: anyObject("The document, without an envelope."),
		handler({ args }) {
			const document = toOpenApi(
				args.scope === "kuzzle" ? server.actions() : [],
				args.scope === "kuzzle"
					? { title: "Portico API", version: server.version }
					: { title: "Application API", version: server.version },
			);
			const raw = {
				contentType: `application/${args.format}`,
				content:
					args.format === "json" ? JSON.stringify(document) : toYaml(document),
			};
			return new Answer(document, { raw });
		},
	});

/** `json`; anything else gives YAML, and names its media type. */
function formatArg(): Arg<string> {
	const format = optionalString("`json`; any other gives YAML.");
	return {
		...format,
		read(value, name, notation) {
			const read = format.read(value, name, notation) ?? "json";
			if (/^[a-z0-9.+-]{1,40}$/i.test(read)) return read;
			throw createError("api.assert.invalid_argument", name, "json or yaml");
		},
	};
}

function scopeArg(): Arg<"kuzzle" | "app"> {
	const scope = optionalString(
		"`kuzzle`: the server's own API; `app`: an application's.",
	);
	return {
		...scope,
		read(value, name, notation) {
			const read = scope.read(value, name, notation) ?? "kuzzle";
			if (read === "kuzzle" || read === "app") return read;
			throw createError("api.assert.unexpected_argument", read, [
				"kuzzle",
				"app",
			]);
		},
	};
}

function describeKuzzle(server: ServerContext): JsonObject {
	return {
		version: server.kuzzleVersion,
		nodeVersion: process.version,
		uptime: `${Math.floor((server.clock.now() - server.startedAt) / 1000)}s`,
		memoryUsed: process.memoryUsage.rss(),
		api: { routes: toPublicApi(server.actions()) as unknown as JsonObject },
		application: {},
		plugins: {},
		system: {
			memory: { free: freemem(), total: totalmem() },
			cpus: cpus() as unknown as JsonObject[],
		},
	};
}

/** A store that is away is described as such; the rest of the answer is still worth having. */
async function describeStorage(
	{ storage }: ServerContext,
	signal: AbortSignal,
): Promise<JsonObject> {
	try {
		return await storage.info({ signal });
	} catch {
		return { type: storage.backend, status: "red" };
	}
}

/** Tools expect the members that Redis has. */
function describeCache({ cache }: ServerContext): JsonObject {
	return {
		type: cache.backend,
		version: "",
		mode: "standalone",
		memoryUsed: "0",
		memoryPeak: "0",
	};
}
