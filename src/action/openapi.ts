import type { JsonObject } from "../lib/json.ts";
import { toRoutes } from "./action-routes.ts";
import type { Action } from "./define-action.ts";
import type { JsonSchema } from "./json-schema.ts";

/** Members that every answer bears around the result. */
const ENVELOPE = {
	status: { type: "integer", description: "As the HTTP status." },
	error: { type: "object", description: "Null, or what went wrong." },
	controller: { type: "string" },
	action: { type: "string" },
	requestId: { type: "string" },
	volatile: { type: "object", description: "As the request gave it." },
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
	const paths: Record<string, Record<string, unknown>> = {};
	for (const action of actions) {
		const deprecated = new Set(
			action.deprecatedRoutes.map(({ route }) => route as string),
		);
		for (const { verb, path } of toRoutes([action])) {
			const template = path.replace(/:([A-Za-z_]+)/g, "{$1}");
			const members = paths[template] ?? {};
			members[verb.toLowerCase()] = toOperation(action, path, {
				deprecated: deprecated.has(`${verb} ${path}`),
			});
			paths[template] = members;
		}
	}
	return {
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
		paths,
		definitions: { Error: ERROR_SCHEMA },
	} as unknown as JsonObject;
}

function toOperation(
	action: Action,
	path: string,
	{ deprecated }: { readonly deprecated: boolean },
): unknown {
	return {
		operationId: `${action.name}:${path}`,
		tags: [action.controller],
		summary: action.summary,
		...(deprecated ? { deprecated } : {}),
		parameters: [...toParameters(action, path), ...toBodyParameter(action)],
		responses: {
			200: {
				description: "Success.",
				schema: {
					type: "object",
					properties: { ...ENVELOPE, result: action.result ?? {} },
				},
			},
			default: {
				description: "Failure.",
				schema: { $ref: "#/definitions/Error" },
			},
		},
	};
}

/** A path argument that is missing from this route is given in the query string. */
function toParameters(action: Action, path: string): unknown[] {
	return Object.entries(action.args)
		.map(([name, arg]) => {
			const inPath = path.split("/").includes(`:${name}`);
			return {
				name,
				in: inPath ? "path" : "query",
				required: inPath || arg.required,
				...withoutStructure(arg.schema),
			};
		})
		.filter(
			({ name, in: place }) =>
				place === "path" ||
				action.args[name]?.place === "query" ||
				action.args[name]?.required === true,
		);
}

/** OpenAPI 2 parameters outside the body have no object type. */
function withoutStructure(schema: JsonSchema): JsonSchema {
	return schema.type === "object" ? { ...schema, type: "string" } : schema;
}

function toBodyParameter({ body }: Action): unknown[] {
	if (body.schema === null) return [];
	return [
		{ name: "body", in: "body", required: body.required, schema: body.schema },
	];
}
