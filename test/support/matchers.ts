import assert from "node:assert/strict";

/** Said of one value where a plain value will not do. */
export type Matcher = (actual: unknown, path: string) => void;

/**
 * What a scenario expects of an answer: an object names the members that matter (others may be there too), an array is
 * compared as a whole, a function is a matcher, anything else is equal.
 */
export type Expected =
	| Matcher
	| string
	| number
	| boolean
	| null
	| readonly Expected[]
	| { readonly [member: string]: Expected };

export function assertMatches(
	actual: unknown,
	expected: Expected,
	path = "result",
): void {
	if (typeof expected === "function") {
		expected(actual, path);
	} else if (typeof expected !== "object" || expected === null) {
		assert.equal(actual, expected, `${path}: ${show(actual)}`);
	} else if (isList(expected)) {
		assert.ok(Array.isArray(actual), `${path} is no array: ${show(actual)}`);
		assert.equal(actual.length, expected.length, `${path}: ${show(actual)}`);
		for (const [i, item] of expected.entries())
			assertMatches(actual[i], item, `${path}[${i}]`);
	} else {
		assertMembers(actual, expected, path);
	}
}

export const anyNumber: Matcher = isOfType("number");
export const anyText: Matcher = isOfType("string");
export const anyBoolean: Matcher = isOfType("boolean");

export const anyObject: Matcher = (actual, path) =>
	assert.ok(
		typeof actual === "object" && actual !== null && !Array.isArray(actual),
		`${path} is no object: ${show(actual)}`,
	);

/** The member is not there at all. */
export const absent: Matcher = (actual, path) =>
	assert.equal(actual, undefined, `${path} should not be there`);

export function matching(pattern: RegExp): Matcher {
	return (actual, path) => assert.match(String(actual), pattern, path);
}

/** The members of the object are these and no others, in any order. */
export function exactly(expected: Readonly<Record<string, Expected>>): Matcher {
	return (actual, path) => {
		assertMatches(actual, expected, path);
		const names = new Set(Object.keys(actual as object));
		assert.deepEqual(names, new Set(Object.keys(expected)), path);
	};
}

function assertMembers(
	actual: unknown,
	expected: Readonly<Record<string, Expected>>,
	path: string,
): void {
	anyObject(actual, path);
	const members = actual as Record<string, unknown>;
	for (const [name, value] of Object.entries(expected))
		assertMatches(members[name], value, `${path}.${name}`);
}

function isOfType(type: string): Matcher {
	return (actual, path) =>
		assert.equal(typeof actual, type, `${path}: ${show(actual)}`);
}

function isList(expected: object): expected is readonly Expected[] {
	return Array.isArray(expected);
}

function show(value: unknown): string {
	return String(JSON.stringify(value)).slice(0, 300);
}
