import { isObject, type JsonObject } from "../lib/json.ts";
import { parseBytes } from "../lib/parse-bytes.ts";
import { parseDuration } from "../lib/parse-duration.ts";

/**
 * What becomes of a key that somebody sets:
 * `honoured` is Kuzzle's and does what it does there; `own` is Portico's; `notYet` is Kuzzle's and is warned of by name;
 * `inert` is Kuzzle's, has no effect here on purpose (often none in Kuzzle either), and is warned of with the reason.
 */
export type KeyStatus = "honoured" | "own" | "notYet" | "inert";

/** One configuration key: its default, what it accepts, and what the documentation says of it. */
export interface Key<T> {
	readonly default: T;
	readonly status: KeyStatus;
	/** A sentence for the documentation; for an `inert` key it says what to use instead. */
	readonly doc: string;
	/** Ends the sentence "expected …". */
	readonly expects: string;
	/** Text is taken as it is; elsewhere text such as "true" or "12" is converted first. */
	readonly keepsText: boolean;
	/** An object whose members may come from several sources, each a key of its own. */
	readonly merges: boolean;
	/** The value in its final form, or undefined where it is wrong. */
	readonly read: (value: unknown) => T | undefined;
}

/** A group of keys. The entry `*` stands for every other name in it. */
export interface KeyGroup {
	readonly [name: string]: Key<unknown> | KeyGroup;
}

export function isKey(node: Key<unknown> | KeyGroup): node is Key<unknown> {
	return typeof node.read === "function";
}

interface About<T> {
	default: T;
	doc: string;
	status?: KeyStatus;
}

export function boolean(about: About<boolean>): Key<boolean> {
	return key(about, "true or false", (value) =>
		typeof value === "boolean" ? value : undefined,
	);
}

export function integer(
	about: About<number> & { min: number; max?: number; orMinusOne?: boolean },
): Key<number> {
	const { min, max = Number.MAX_SAFE_INTEGER, orMinusOne = false } = about;
	const range =
		max === Number.MAX_SAFE_INTEGER
			? `a whole number, ${min} or more`
			: `a whole number from ${min} to ${max}`;
	return key(
		about,
		orMinusOne ? `${range}, or -1 for none` : range,
		(value) => {
			if (typeof value !== "number" || !Number.isSafeInteger(value)) return;
			if (orMinusOne && value === -1) return value;
			return value >= min && value <= max ? value : undefined;
		},
	);
}

export function text(
	about: About<string> & { pattern?: RegExp; expects?: string },
): Key<string> {
	const { pattern = /\S/, expects = "text" } = about;
	return keepsText(
		key(about, expects, (value) =>
			typeof value === "string" && pattern.test(value) ? value : undefined,
		),
	);
}

export function textOrNull(about: About<string | null>): Key<string | null> {
	return keepsText(
		key(about, "text", (value) =>
			value === null || (typeof value === "string" && value !== "")
				? value
				: undefined,
		),
	);
}

export function oneOf<const T extends string | null>(
	about: About<NoInfer<T>> & { values: readonly T[]; expects?: string },
): Key<T> {
	const listed = about.values.map((value) =>
		value === null ? "nothing" : `"${value}"`,
	);
	return keepsText(
		key(about, about.expects ?? listed.join(" or "), (value) =>
			about.values.find((allowed) => allowed === value),
		),
	);
}

/** A time: milliseconds, or text such as "1h" or "6d"; -1 means for ever. */
export function duration(about: About<string | number>): Key<string | number> {
	return key(
		about,
		'milliseconds, text such as "1h" or "6d", or -1 for ever',
		(value) => {
			if (typeof value === "number")
				return value === -1 || (Number.isSafeInteger(value) && value > 0)
					? value
					: undefined;
			if (typeof value !== "string") return;
			return parseDuration(value) >= 1 ? value : undefined;
		},
	);
}

/** A size in bytes, or as text such as "1MB": `parseBytes` of `lib/parse-bytes.ts` reads both. */
export function bytes(about: About<string | number>): Key<string | number> {
	return key(about, 'bytes, or text such as "1MB"', (value) => {
		if (typeof value !== "number" && typeof value !== "string") return;
		const size = parseBytes(value);
		return size !== null && size >= 1 ? value : undefined;
	});
}

/** A list of texts; one text with commas is split, as Kuzzle does for origins. */
export function textList(
	about: About<readonly string[]> & {
		accepts?: (item: string) => boolean;
		expects?: string;
	},
): Key<readonly string[]> {
	const { accepts = (item) => item !== "", expects = "text" } = about;
	return keepsText(
		key(about, `a list of ${expects} (or text with commas)`, (value) => {
			const items =
				typeof value === "string"
					? value.split(",").map((item) => item.trim())
					: value;
			if (!Array.isArray(items)) return;
			const given = items.filter((item) => item !== "");
			return given.every((item) => typeof item === "string" && accepts(item))
				? given
				: undefined;
		}),
	);
}

/** An object of free shape; its members may be given one by one. */
export function record<T extends object = JsonObject>(
	about: About<T> & {
		accepts?: (value: JsonObject) => boolean;
		expects?: string;
	},
): Key<Readonly<T>> {
	const { accepts = () => true, expects = "an object" } = about;
	return {
		...key<Readonly<T>>(about, expects, (value) =>
			isObject(value) && accepts(value as JsonObject)
				? (value as T)
				: undefined,
		),
		merges: true,
	};
}

/** A list of objects, whose checks are the reader's. */
export function listOf<T>(
	about: About<readonly T[]> & {
		read: (value: unknown) => readonly T[] | undefined;
		expects: string;
	},
): Key<readonly T[]> {
	return key(about, about.expects, about.read);
}

/** A key of Kuzzle's that nothing reads yet: it takes any value, and its type keeps code from reading it. */
export function notYet(value: unknown, doc: string): Key<unknown> {
	return unread(value, doc, "notYet");
}

/** A key of Kuzzle's without effect; `doc` says why, or what to use. */
export function inert(value: unknown, doc: string): Key<unknown> {
	return unread(value, doc, "inert");
}

function unread(value: unknown, doc: string, status: KeyStatus): Key<unknown> {
	const accepted = key<unknown>(
		{ default: value, doc, status },
		"any value",
		(given) => given,
	);
	return { ...accepted, merges: isObject(value) };
}

function key<T>(
	about: About<T>,
	expects: string,
	read: (value: unknown) => T | undefined,
): Key<T> {
	return {
		default: about.default,
		doc: about.doc,
		status: about.status ?? "honoured",
		expects,
		keepsText: false,
		merges: false,
		read,
	};
}

function keepsText<T>(made: Key<T>): Key<T> {
	return { ...made, keepsText: true };
}
