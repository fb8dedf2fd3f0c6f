import type { JsonObject } from "../lib/json.ts";
import { toRoutes } from "./action-routes.ts";
import type { Action } from "./define-action.ts";
import { toParameterType, toSchemaObject } from "./openapi-schema.ts";
import type { Route } from "./routes.ts";

/** Members that every answer bears around the result. */
const ENVELOPE = {
	status: { type: "integer", description: "As the HTTP status." },
	error: {
		type: "object",
		description: "Null, or what went wrong.",
		"x-nullable": true,
	},
	controller: { type: "string", "x-nullable": true },
	action: { type: "string", "x-nullable": true },
	requestId: { type: "string" },
	volatile: {
		type: "object",
		description: "As the request gave it.",
		"x-nullable": true,
	},
	headers: { type: "object" },
} as const;

const ERROR_SCHEMA = {
	type: "object",
	description: "Every failure.",
	properties: {
		...ENVELOPE,
		error: {
			type: "object",
			properties: {
				id: { type: "string", description: "Such as security.token.invalid." },
				code: { type: "integer" },
				status: { type: "integer" },
				message: { type: "string" },
				props: { type: "array", items: {} },
			},
		},
	},
} as const;

/** The actions as an OpenAPI 2.0 document (https://spec.openapis.org/oas/v2.0), the version that Kuzzle's tools read. */
export function toOpenApi(
	actions: readonly Action[],
	about: { readonly title: string; readonly version: string },
): JsonObject {
	const document: unknown = {
		swagger: "2.0",
		info: { title: about.title, version: about.version },
		basePath: "/",
		consumes: ["application/json"],
		produces: ["application/json"],
		securityDefinitions: {
			token: {
				type: "apiKey",
				in: "header",
				name: "Authorization",
				description: "`Bearer` and a login token or an API key.",
			},
		},
		security: [{ token: [] }],
		tags: [...new Set(actions.map(({ controller }) => controller))].map(
			(name) => ({ name }),
		),
		paths: toPaths(actions),
		definitions: { Error: ERROR_SCHEMA },
	};
	return document as JsonObject;
}

function toPaths(
	actions: readonly Action[],
): Record<string, Record<string, unknown>> {
	const paths: Record<string, Record<string, unknown>> = {};
	for (const action of actions) {
		for (const route of toRoutes([action])) {
			const template = route.path.replace(/:(\w+)/g, "{$1}");
			const operations = paths[template] ?? {};
			operations[route.verb.toLowerCase()] = toOperation(action, route);
			paths[template] = operations;
		}
	}
	return paths;
}

function toOperation(action: Action, { verb, path }: Route): unknown {
	const route = `${verb} ${path}`;
	const isDeprecated = action.deprecatedRoutes.some(
		(deprecated) => deprecated.route === route,
	);
	const isFirst = route === (action.http[0] ?? route);
	return {
		// The route that is meant to be used has the action's own name; generated clients make a method of it.
		operationId: isFirst ? action.name : `${action.name}:${verb}:${path}`,
		tags: [action.controller],
		summary: action.summary,
		...(isDeprecated ? { deprecated: true } : {}),
		parameters: [
			...toParameters(action, path),
			...toBodyParameter(action, verb),
		],
		responses: {
			200: {
				description: "Success.",
				schema: { type: "object", properties: toAnswer(action) },
			},
			default: {
				description: "Failure.",
				schema: { $ref: "#/definitions/Error" },
			},
		},
	};
}

function toAnswer({ result }: Action): Record<string, unknown> {
	return result === null
		? ENVELOPE
		: { ...ENVELOPE, result: toSchemaObject(result) };
}

/** A required argument of the path that is missing from this route is given in the query string. */
function toParameters(action: Action, path: string): unknown[] {
	const segments = path.split("/");
	return Object.entries(action.args).flatMap(([name, arg]) => {
		const inPath = segments.includes(`:${name}`);
		if (!inPath && arg.place === "path" && !arg.required) return [];
		return {
			name,
			in: inPath ? "path" : "query",
			required: inPath || arg.required,
			...toParameterType(arg.schema),
		};
	});
}

/** Browsers, and many clients, cannot send a body with these verbs. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(["GET", "HEAD"]);

function toBodyParameter({ body }: Action, verb: string): unknown[] {
	if (body.schema === null || WITHOUT_BODY.has(verb)) return [];
	const schema = toSchemaObject(body.schema);
	return [{ name: "body", in: "body", required: body.required, schema }];
}
