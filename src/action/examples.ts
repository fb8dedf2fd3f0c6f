import type { Action } from "./define-action.ts";
import type { JsonSchema } from "./json-schema.ts";

/** One request, in each of the ways to send it. The server's address is that of the configuration's defaults. */
export interface Examples {
	readonly curl: string;
	/** A frame of WebSocket, which is also a body of `POST /_query`. */
	readonly webSocket: string;
	/** For the SDKs of Kuzzle in JavaScript. */
	readonly sdk: string;
	/** The body alone, as JSON; null where none is needed. */
	readonly body: string | null;
}

const SERVER = "http://localhost:7512";

/** A request with what must be there, and with what the declaration has an example for. */
export function toExamples(action: Action): Examples {
	const body = exampleBody(action);
	const route = chooseRoute(action, body !== undefined);
	const args = exampleArgs(action, route);
	const request = {
		controller: action.controller,
		action: action.action,
		...args,
		...(body === undefined ? {} : { body }),
	};
	return {
		curl: toCurl(action, route, args, body),
		webSocket: JSON.stringify(request, null, 2),
		sdk: `const { result } = await kuzzle.query(${toLiteral(request)});`,
		body: body === undefined ? null : JSON.stringify(body, null, 2),
	};
}

function exampleBody({ body }: Action): unknown {
	const { schema, required } = body;
	if (schema === null) return undefined;
	const example = exampleOf(schema, "body");
	const isEmpty = Object.keys(example as object).length === 0;
	return isEmpty && !required ? undefined : example;
}

/** A body needs a route whose verb can carry it. A deprecated route is better than none: it is what clients use. */
function chooseRoute(action: Action, hasBody: boolean): string {
	const http = routesOf(action);
	const carrier = http.find((route) => !route.startsWith("GET "));
	return (hasBody ? carrier : undefined) ?? http[0] ?? "POST /_query";
}

function routesOf({ http, deprecatedRoutes }: Action): readonly string[] {
	return http.length > 0 ? http : deprecatedRoutes.map(({ route }) => route);
}

function exampleArgs(
	action: Action,
	route: string,
): Readonly<Record<string, unknown>> {
	const segments = route.split("/");
	const shown = Object.entries(action.args).filter(
		([name, { required, schema }]) =>
			required || schema.example !== undefined || segments.includes(`:${name}`),
	);
	return Object.fromEntries(
		shown.map(([name, { schema }]) => [name, exampleOf(schema, name)]),
	);
}

function exampleOf(schema: JsonSchema, name: string): unknown {
	const { example, default: fallback, enum: choices, type, items } = schema;
	const given = example ?? fallback ?? choices?.[0];
	if (given !== undefined) return given;
	if (type === "integer" || type === "number") return 1;
	if (type === "boolean") return true;
	if (type === "array") return [exampleOf(items ?? {}, name)];
	if (type === "object") return exampleMembers(schema);
	return `my-${name.replace(/^_/, "")}`;
}

/** What must be there and what has an example; where there is neither, everything. */
function exampleMembers({
	properties = {},
	required = [],
}: JsonSchema): object {
	const entries = Object.entries(properties);
	const chosen = entries.filter(
		([name, schema]) => required.includes(name) || hasExample(schema),
	);
	return Object.fromEntries(
		(chosen.length === 0 ? entries : chosen).map(([name, schema]) => [
			name,
			exampleOf(schema, name),
		]),
	);
}

function hasExample({ example, items }: JsonSchema): boolean {
	return example !== undefined || items?.example !== undefined;
}

function toCurl(
	action: Action,
	route: string,
	args: Readonly<Record<string, unknown>>,
	body: unknown,
): string {
	const [verb = "", path = ""] = route.split(" ");
	const isQuery = routesOf(action).length === 0;
	const payload = isQuery
		? { controller: action.controller, action: action.action, ...args, body }
		: body;
	const url = isQuery ? path : fillPath(path, args);
	return [
		`curl -X ${verb} ${quote(SERVER + url)}`,
		...(action.rateLimit === "login"
			? []
			: ['-H "Authorization: Bearer $TOKEN"']),
		...(payload === undefined
			? []
			: [
					`-H ${quote("Content-Type: application/json")}`,
					`-d ${quote(JSON.stringify(payload))}`,
				]),
	].join(" \\\n  ");
}

/** What has no place in the path goes into the query string. */
function fillPath(
	path: string,
	args: Readonly<Record<string, unknown>>,
): string {
	const left = new URLSearchParams();
	let filled = path;
	for (const [name, value] of Object.entries(args)) {
		const text = String(value);
		const segment = new RegExp(`:${name}(?=/|$)`);
		if (segment.test(filled))
			filled = filled.replace(segment, () => encodeURIComponent(text));
		else left.append(name, text);
	}
	return left.size === 0 ? filled : `${filled}?${left.toString()}`;
}

/** In single quotes a shell reads everything as it stands, but for the quote itself. */
function quote(text: string): string {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

/** JSON with names unquoted where JavaScript allows it. */
function toLiteral(value: unknown): string {
	return JSON.stringify(value, null, 2).replace(
		/^(\s*)"([A-Za-z_]\w*)":/gm,
		"$1$2:",
	);
}
