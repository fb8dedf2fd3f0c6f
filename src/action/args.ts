import { createError } from "../errors/gateway-error.ts";
import { type JsonSchema, text } from "./json-schema.ts";

/**
 * One argument of an action: where it comes from, what it means, and how it is read. Readers fail with Kuzzle's id for
 * that failure. Absent and null are the same; over HTTP values are text (`notation` is "query").
 */
export interface Arg<T> {
	readonly place: "path" | "query";
	readonly required: boolean;
	readonly schema: JsonSchema;
	read(value: unknown, name: string, notation: "query" | "json"): T;
}

export type Args = Readonly<Record<string, Arg<unknown>>>;
export type ArgValues<A extends Args> = {
	readonly [K in keyof A]: A[K] extends Arg<infer T> ? T : never;
};

/** A required text. In the query string a repeated key makes an array, which is refused like any other type. */
export function string(
	place: "path" | "query",
	description: string,
	example?: string,
): Arg<string> {
	return {
		place,
		required: true,
		schema: text(description, example),
		read(value, name) {
			if (value === undefined || value === null || value === "") {
				throw createError("api.assert.missing_argument", name);
			}
			if (typeof value !== "string") {
				throw createError("api.assert.invalid_type", name, "string");
			}
			return value;
		},
	};
}

/** A text that may be left out; empty counts as left out. */
export function optionalString(
	description: string,
	place: "path" | "query" = "query",
): Arg<string | undefined> {
	return {
		place,
		required: false,
		schema: { type: "string", description },
		read(value, name) {
			if (value === undefined || value === null || value === "")
				return undefined;
			if (typeof value !== "string") {
				throw createError("api.assert.invalid_type", name, "string");
			}
			return value;
		},
	};
}

/** A flag: in the query string true by its presence, whatever its value; elsewhere a real boolean. Default false. */
export function flag(description: string): Arg<boolean> {
	return {
		place: "query",
		required: false,
		schema: { type: "boolean", description, default: false },
		read(value, name, notation) {
			if (value === undefined) return false;
			if (notation === "query") return true;
			if (value === null) return false;
			if (typeof value !== "boolean") {
				throw createError("api.assert.invalid_type", name, "boolean");
			}
			return value;
		},
	};
}

/** An integer, or its text, of which what follows the number is ignored; of a repeated key the first counts (recorded). */
export function integer(description: string, fallback: number): Arg<number> {
	const arg = optionalInteger(description);
	return {
		...arg,
		schema: { ...arg.schema, default: fallback },
		read: (value, name, notation) =>
			arg.read(value, name, notation) ?? fallback,
	};
}

/** As `integer`; undefined when it is left out. */
export function optionalInteger(description: string): Arg<number | undefined> {
	return {
		place: "query",
		required: false,
		schema: { type: "integer", description },
		read(value, name) {
			if (value === undefined || value === null) return undefined;
			const given: unknown = Array.isArray(value) ? value[0] : value;
			const number =
				typeof given === "string" ? Number.parseFloat(given) : given;
			if (typeof number !== "number" || !Number.isSafeInteger(number)) {
				throw createError("api.assert.invalid_type", name, "integer");
			}
			return number;
		},
	};
}

export type Refresh = "wait_for" | false;

/** `wait_for`: answer only once the change can be found by search. `false`, also as text, and null turn it off; any other value means `wait_for`. */
export function refresh(fallback: Refresh): Arg<Refresh> {
	return {
		place: "query",
		required: false,
		schema: {
			type: "string",
			description:
				"`wait_for`: answers once the change can be found by search. `false`: answers once it is stored.",
			enum: ["wait_for", "false"],
			default: String(fallback),
		},
		read(value) {
			if (value === undefined) return fallback;
			return value === false || value === "false" || value === null
				? false
				: "wait_for";
		},
	};
}

/** The query language of a search. */
export function lang(): Arg<"elasticsearch" | "koncorde"> {
	return {
		place: "query",
		required: false,
		schema: {
			type: "string",
			description: "Language of the query.",
			enum: ["elasticsearch", "koncorde"],
			default: "elasticsearch",
		},
		read(value, name) {
			if (value === undefined || value === null || value === "")
				return "elasticsearch";
			if (value === "elasticsearch" || value === "koncorde") return value;
			if (typeof value !== "string") {
				throw createError("api.assert.invalid_type", name, "string");
			}
			throw createError(
				"api.assert.invalid_argument",
				name,
				'"elasticsearch" or "koncorde"',
			);
		},
	};
}

/** How generated user ids look. */
export function kuidKind(): Arg<"human" | "uuid"> {
	return {
		place: "query",
		required: false,
		schema: {
			type: "string",
			description: "How a generated user id looks.",
			enum: ["human", "uuid"],
			default: "human",
		},
		read(value) {
			return value === "uuid" ? "uuid" : "human";
		},
	};
}

/** A list of names: text separated by commas, JSON text, or an array. Undefined when left out. */
export function names(description: string): Arg<readonly string[] | undefined> {
	return {
		place: "query",
		required: false,
		schema: { type: "array", items: { type: "string" }, description },
		read(value) {
			if (value === undefined || value === null) return undefined;
			if (Array.isArray(value))
				return value.filter((item) => typeof item === "string");
			if (typeof value !== "string") return undefined;
			return value.startsWith("[") ? parseNames(value) : value.split(",");
		},
	};
}

function parseNames(value: string): readonly string[] {
	try {
		const parsed: unknown = JSON.parse(value);
		return Array.isArray(parsed)
			? parsed.filter((item) => typeof item === "string")
			: [];
	} catch {
		return [];
	}
}
