import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	type Arg,
	flag,
	integer,
	kuidKind,
	lang,
	names,
	optionalInteger,
	optionalString,
	refresh,
	string,
} from "../../src/action/args.ts";
import { isError } from "../support/assert-error.ts";

type Failure = readonly [id: "missing" | "type" | "value", expected?: string];
/** A value as it came, in which notation (both, where none is said), and what it is read as. */
interface Row {
	readonly given: unknown;
	readonly notation?: "query" | "json";
	readonly read?: unknown;
	readonly fails?: Failure;
}

const IDS = {
	missing: "api.assert.missing_argument",
	type: "api.assert.invalid_type",
	value: "api.assert.invalid_argument",
} as const;

function table(name: string, arg: Arg<unknown>, rows: readonly Row[]): void {
	describe(`the argument reader ${name}`, () => {
		for (const { given, notation, read, fails } of rows) {
			const notations =
				notation === undefined ? (["query", "json"] as const) : [notation];
			for (const each of notations) {
				it(`${each}: ${show(given)} → ${fails?.join(" ") ?? show(read)}`, () => {
					const reading = () => arg.read(given, "arg", each);
					if (fails === undefined) return assert.deepEqual(reading(), read);
					const [kind, expected] = fails;
					const props = expected === undefined ? ["arg"] : ["arg", expected];
					assert.throws(reading, isError(IDS[kind], props));
				});
			}
		}
	});
}

function show(value: unknown): string {
	return value === undefined ? "absent" : JSON.stringify(value);
}

table("string", string("path", ""), [
	{ given: "text", read: "text" },
	{ given: " ", read: " " },
	{ given: undefined, fails: ["missing"] },
	{ given: null, fails: ["missing"] },
	{ given: "", fails: ["missing"] },
	{ given: 3, fails: ["type", "string"] },
	{ given: true, fails: ["type", "string"] },
	{ given: {}, fails: ["type", "string"] },
	{ given: ["a", "b"], fails: ["type", "string"] },
]);

table("optionalString", optionalString(""), [
	{ given: "text", read: "text" },
	{ given: undefined, read: undefined },
	{ given: null, read: undefined },
	{ given: "", read: undefined },
	{ given: 3, fails: ["type", "string"] },
	{ given: ["a"], fails: ["type", "string"] },
]);

table("flag", flag(""), [
	{ given: undefined, read: false },
	{ given: true, read: true },
	{ given: "", notation: "query", read: true },
	{ given: "false", notation: "query", read: true },
	{ given: ["a", "b"], notation: "query", read: true },
	{ given: false, notation: "json", read: false },
	{ given: null, notation: "json", read: false },
	{ given: "true", notation: "json", fails: ["type", "boolean"] },
	{ given: "", notation: "json", fails: ["type", "boolean"] },
	{ given: 1, notation: "json", fails: ["type", "boolean"] },
	{ given: {}, notation: "json", fails: ["type", "boolean"] },
]);

table("optionalInteger", optionalInteger(""), [
	{ given: undefined, read: undefined },
	{ given: null, read: undefined },
	{ given: "3", read: 3 },
	{ given: 0, notation: "json", read: 0 },
	{ given: "abc", fails: ["type", "integer"] },
	{ given: {}, notation: "json", fails: ["type", "integer"] },
]);

// Most of these are recorded: http-query-args, steps 16 to 22.
table("integer", integer("", 10), [
	{ given: undefined, read: 10 },
	{ given: null, read: 10 },
	{ given: "5", read: 5 },
	{ given: "1abc", read: 1 },
	{ given: "-1", read: -1 },
	{ given: ["1", "2"], read: 1 },
	{ given: 5, notation: "json", read: 5 },
	{ given: 0, notation: "json", read: 0 },
	{ given: "", fails: ["type", "integer"] },
	{ given: "abc", fails: ["type", "integer"] },
	{ given: "1.5", fails: ["type", "integer"] },
	{ given: "1e400", fails: ["type", "integer"] },
	{ given: "9007199254740993", fails: ["type", "integer"] },
	{ given: [], fails: ["type", "integer"] },
	{ given: 1.5, notation: "json", fails: ["type", "integer"] },
	{ given: true, notation: "json", fails: ["type", "integer"] },
	{ given: {}, notation: "json", fails: ["type", "integer"] },
	{ given: [["1"]], notation: "json", fails: ["type", "integer"] },
]);

table("refresh, waiting by default", refresh("wait_for"), [
	{ given: undefined, read: "wait_for" },
	{ given: "wait_for", read: "wait_for" },
	{ given: "", read: "wait_for" },
	{ given: "anything", read: "wait_for" },
	{ given: true, read: "wait_for" },
	{ given: 0, read: "wait_for" },
	{ given: false, read: false },
	{ given: "false", read: false },
	{ given: null, read: false },
]);

table("refresh, not waiting by default", refresh(false), [
	{ given: undefined, read: false },
	{ given: "wait_for", read: "wait_for" },
	{ given: "false", read: false },
]);

table("lang", lang(), [
	{ given: undefined, read: "elasticsearch" },
	{ given: null, read: "elasticsearch" },
	{ given: "", read: "elasticsearch" },
	{ given: "elasticsearch", read: "elasticsearch" },
	{ given: "koncorde", read: "koncorde" },
	{ given: "sql", fails: ["value", '"elasticsearch" or "koncorde"'] },
	{ given: 1, fails: ["type", "string"] },
]);

table("kuidKind", kuidKind(), [
	{ given: undefined, read: "human" },
	{ given: "human", read: "human" },
	{ given: "uuid", read: "uuid" },
	{ given: "other", read: "human" },
]);

table("names", names(""), [
	{ given: undefined, read: undefined },
	{ given: null, read: undefined },
	{ given: "a,b", read: ["a", "b"] },
	{ given: "a", read: ["a"] },
	{ given: '["a","b",3]', read: ["a", "b"] },
	{ given: "[a", read: [] },
	{ given: ["a", 3], read: ["a"] },
	{ given: 3, read: undefined },
]);
