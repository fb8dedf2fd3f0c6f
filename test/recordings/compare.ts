import { pairUp } from "./pair-up.ts";
import type { Bindings } from "./placeholders.ts";

/** The first place where an answer is not as recorded. */
export interface Mismatch {
	readonly path: string;
	readonly expected: unknown;
	readonly actual: unknown;
}

export interface CompareOptions {
	/** Dotted paths of arrays that are compared as sets. */
	readonly unordered?: readonly string[];
	/** Keys that may stand at the root of the answer beside the recorded ones. */
	readonly extraRootKeys?: readonly string[];
}

/** Stands for a member that one side does not have. */
export const ABSENT = Symbol("absent");

/**
 * Compares a recorded answer with a real one and answers the first mismatch, null when there is none.
 * Placeholders met for the first time are bound, unless there is a mismatch.
 */
export function compare(
	expected: unknown,
	actual: unknown,
	bindings: Bindings,
	options: CompareOptions = {},
): Mismatch | null {
	const fork = bindings.fork();
	const mismatch = compareValue(expected, actual, "", {
		bindings: fork,
		options,
	});
	if (mismatch === null) bindings.adopt(fork);
	return mismatch;
}

/** For a person: `result.total: recorded 3, ours 4`. */
export function describeMismatch(mismatch: Mismatch): string {
	const { path, expected, actual } = mismatch;
	return `${path === "" ? "answer" : path}: recorded ${show(expected)}, ours ${show(actual)}`;
}

interface Context {
	readonly bindings: Bindings;
	readonly options: CompareOptions;
}

function compareValue(
	expected: unknown,
	actual: unknown,
	path: string,
	context: Context,
): Mismatch | null {
	if (typeof expected === "string")
		return context.bindings.accept(expected, actual)
			? null
			: { path, expected, actual };
	if (Array.isArray(expected))
		return compareArray(expected, actual, path, context);
	if (isRecord(expected)) return compareObject(expected, actual, path, context);
	return Object.is(expected, actual) ? null : { path, expected, actual };
}

function compareArray(
	expected: readonly unknown[],
	actual: unknown,
	path: string,
	context: Context,
): Mismatch | null {
	if (!Array.isArray(actual)) return { path, expected, actual };
	if (context.options.unordered?.includes(path))
		return compareSets(expected, actual, path, context);
	if (expected.length !== actual.length) return { path, expected, actual };
	for (const [i, item] of expected.entries()) {
		const mismatch = compareValue(
			item,
			actual[i],
			join(path, String(i)),
			context,
		);
		if (mismatch !== null) return mismatch;
	}
	return null;
}

function compareObject(
	expected: Record<string, unknown>,
	actual: unknown,
	path: string,
	context: Context,
): Mismatch | null {
	if (!isRecord(actual)) return { path, expected, actual };
	const open = expected["<more>"] === true;
	const left = new Set(Object.keys(actual));
	for (const [key, value] of fixedKeysFirst(expected)) {
		const found = findKey(key, left, context.bindings);
		if (found === null)
			return { path: join(path, key), expected: value, actual: ABSENT };
		left.delete(found);
		const mismatch = compareValue(
			value,
			actual[found],
			join(path, found),
			context,
		);
		if (mismatch !== null) return mismatch;
	}
	for (const key of left) {
		if (open || isIgnoredKey(key, path, context.options)) continue;
		return { path: join(path, key), expected: ABSENT, actual: actual[key] };
	}
	return null;
}

/** Keys with placeholders take what the fixed keys have left. */
function fixedKeysFirst(
	expected: Record<string, unknown>,
): [string, unknown][] {
	return Object.entries(expected)
		.filter(([key]) => key !== "<more>")
		.sort(([a], [b]) => Number(a.includes("<")) - Number(b.includes("<")));
}

function findKey(
	expected: string,
	candidates: ReadonlySet<string>,
	bindings: Bindings,
): string | null {
	if (candidates.has(expected)) return expected;
	if (!expected.includes("<")) return null;
	for (const candidate of candidates) {
		if (bindings.accept(expected, candidate)) return candidate;
	}
	return null;
}

/** Stack traces are never compared: only a server in development sends them. */
function isIgnoredKey(
	key: string,
	path: string,
	options: CompareOptions,
): boolean {
	if (key === "stack") return true;
	return path === "" && (options.extraRootKeys?.includes(key) ?? false);
}

function compareSets(
	expected: readonly unknown[],
	actual: readonly unknown[],
	path: string,
	context: Context,
): Mismatch | null {
	if (expected.length !== actual.length) return { path, expected, actual };
	const itemPath = join(path, "*");
	const compareItem = (item: unknown, other: unknown, bindings: Bindings) =>
		compareValue(item, other, itemPath, { ...context, bindings });
	const unmatched = pairUp(
		expected,
		actual,
		context.bindings,
		(item, other, bindings) => compareItem(item, other, bindings) === null,
	);
	if (unmatched === null) return null;
	// Of two lists of one element, the mismatch within says more than that the lists differ.
	const within =
		expected.length === 1
			? compareItem(expected[0], actual[0], context.bindings.fork())
			: null;
	return within ?? { path: itemPath, expected: expected[unmatched], actual };
}

function join(path: string, key: string): string {
	return path === "" ? key : `${path}.${key}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

const SHOWN_LENGTH_MAX = 300;

function show(value: unknown): string {
	if (value === ABSENT) return "nothing";
	const text = String(JSON.stringify(value));
	return text.length > SHOWN_LENGTH_MAX
		? `${text.slice(0, SHOWN_LENGTH_MAX)}…`
		: text;
}
