import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { compare, describeMismatch } from "./compare.ts";
import { compareFrames } from "./compare-frames.ts";
import { Bindings, UnboundPlaceholder } from "./placeholders.ts";

const UUIDS = [
	"9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d",
	"1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
] as const;
const NOW = 1_700_000_000_123;

/** Null where the answer is as recorded, else what a person would read. */
function differs(
	expected: unknown,
	actual: unknown,
	bindings = new Bindings(),
	unordered: string[] = [],
): string | null {
	const mismatch = compare(expected, actual, bindings, { unordered });
	return mismatch === null ? null : describeMismatch(mismatch);
}

describe("comparing an answer with a recorded one", () => {
	it("takes equal JSON and names the first difference", () => {
		assert.equal(differs({ a: [1, null, true] }, { a: [1, null, true] }), null);
		assert.equal(
			differs({ a: { b: 1 } }, { a: { b: "1" } }),
			'a.b: recorded 1, ours "1"',
		);
		assert.equal(differs([1], [1, 2]), "answer: recorded [1], ours [1,2]");
	});

	it("tells members that are missing from members that are null", () => {
		assert.equal(differs({ a: null }, {}), "a: recorded null, ours nothing");
		assert.equal(differs({}, { a: null }), "a: recorded nothing, ours null");
	});

	it("allows more members where the recording says so, and stacks anywhere", () => {
		assert.equal(differs({ "<more>": true, a: 1 }, { a: 1, b: 2 }), null);
		assert.notEqual(differs({ "<more>": true, a: 1 }, { b: 2 }), null);
		assert.equal(differs({ error: {} }, { error: { stack: "at x" } }), null);
	});

	it("compares arrays named as unordered as sets", () => {
		const expected = { result: { hits: [{ _id: "a" }, { _id: "<uuid:1>" }] } };
		const actual = { result: { hits: [{ _id: UUIDS[0] }, { _id: "a" }] } };
		assert.notEqual(differs(expected, actual), null);
		assert.equal(
			differs(expected, actual, new Bindings(), ["result.hits"]),
			null,
		);
	});

	it("finds the pairs of a set even where the first guess is wrong", () => {
		const expected = [
			{ id: "<uuid:1>", n: "<number>" },
			{ id: "<uuid:1>", n: 2 },
		];
		const actual = [
			{ id: UUIDS[0], n: 2 },
			{ id: UUIDS[0], n: 1 },
		];
		assert.equal(
			differs({ list: expected }, { list: actual }, new Bindings(), ["list"]),
			null,
		);
	});
});

describe("placeholders", () => {
	it("are bound once and equal from then on", () => {
		const bindings = new Bindings();
		assert.equal(differs({ at: "<ms:1>" }, { at: NOW }, bindings), null);
		assert.equal(differs("<ms:1>", NOW, bindings), null);
		assert.notEqual(differs("<ms:1>", NOW + 1, bindings), null);
	});

	it("are not bound by an answer that differs", () => {
		const bindings = new Bindings();
		assert.notEqual(
			differs({ id: "<uuid:1>", n: 1 }, { id: UUIDS[0], n: 2 }, bindings),
			null,
		);
		assert.equal(bindings.has("<uuid:1>"), false);
	});

	it("of ids with two numbers are two values; of times they may be equal", () => {
		const bindings = new Bindings();
		assert.equal(differs("<uuid:1>", UUIDS[0], bindings), null);
		assert.notEqual(differs("<uuid:2>", UUIDS[0], bindings), null);
		assert.equal(differs("<uuid:2>", UUIDS[1], bindings), null);
		assert.equal(differs(["<ms:1>", "<ms:2>"], [NOW, NOW], bindings), null);
	});

	it("met as a number may stand in a text afterwards", () => {
		const bindings = new Bindings();
		const at = 1_795_466_680_391;
		assert.equal(compare({ at: "<ms:1>" }, { at }, bindings), null);
		assert.equal(compare("at <ms:1>.", `at ${at}.`, bindings), null);
		assert.notEqual(compare("at <ms:1>.", `at ${at + 1}.`, bindings), null);
	});

	it("may stand in a longer text and in keys, and travel in requests", () => {
		const bindings = new Bindings();
		assert.equal(
			differs(
				"authToken=kauth-<jwt:1>; Path=/",
				"authToken=kauth-a.b-_c.d; Path=/",
				bindings,
			),
			null,
		);
		const room = "ab".repeat(32);
		assert.equal(differs({ "<hex64:1>": 1 }, { [room]: 1 }, bindings), null);
		assert.deepEqual(
			bindings.substitute({
				authorization: "Bearer kauth-<jwt:1>",
				"<hex64:1>": ["<hex64:1>"],
				html: "<em>",
			}),
			{
				authorization: "Bearer kauth-a.b-_c.d",
				[room]: [room],
				html: "<em>",
			},
		);
		assert.throws(() => bindings.substitute("<uuid:7>"), UnboundPlaceholder);
	});

	it("keep the JSON type of a value that is a whole placeholder", () => {
		const bindings = new Bindings();
		differs("<ms:1>", NOW, bindings);
		assert.deepEqual(bindings.substitute({ startTime: "<ms:1>" }), {
			startTime: NOW,
		});
	});

	it("without a number take any value of their kind, and no other", () => {
		const good: [string, unknown][] = [
			["<text>", "any sentence"],
			["<text>", ""],
			["<number>", 1.5],
			["<numeric-text>", "-3.25"],
			["<boolean>", false],
			["<object>", {}],
			["<array>", []],
			["<any>", null],
			["<string>", "x"],
		];
		for (const [expected, actual] of good)
			assert.equal(differs(expected, actual), null, expected);
		const bad: [string, unknown][] = [
			["<text>", 1],
			["<number>", "1"],
			["<numeric-text>", 1],
			["<boolean>", "true"],
			["<object>", []],
			["<object>", null],
			["<array>", {}],
			["<uuid:1>", "not-a-uuid"],
			["<hex64:1>", "ABCDEF"],
			["<ms:1>", 1.5],
			["<em>", "anything"],
		];
		for (const [expected, actual] of bad)
			assert.notEqual(differs(expected, actual), null, expected);
	});
});

describe("comparing frames", () => {
	const answer = (conn: string, id: string) => ({
		conn,
		data: { requestId: id, result: id },
	});
	const notification = (conn: string, n: number) => ({
		conn,
		data: { type: "document", result: n },
	});
	const mismatch = (expected: object[], actual: object[]) =>
		compareFrames(expected as never, actual as never, new Bindings());

	it("takes the answers of a burst in any order, each on its connection", () => {
		const a = answer("c1", "a");
		const b = answer("c1", "b");
		assert.equal(mismatch([a, b], [b, a]), null);
		assert.notEqual(mismatch([a, b], [a, answer("c2", "b")]), null);
		assert.notEqual(mismatch([a], [a, b]), null);
		assert.notEqual(mismatch([a], []), null);
	});

	it("wants the notifications of a connection in order, whatever other connections get", () => {
		const one = notification("c1", 1);
		const two = notification("c1", 2);
		const other = notification("c2", 3);
		assert.equal(mismatch([one, other, two], [one, two, other]), null);
		assert.notEqual(mismatch([one, two], [two, one]), null);
	});

	it("compares neither node nor deprecations", () => {
		const ours = {
			conn: "c1",
			data: { requestId: "a", result: "a", node: "n" },
		};
		assert.equal(mismatch([answer("c1", "a")], [ours]), null);
	});

	it("tells how a connection ended", () => {
		const closed = { conn: "c1", closed: 1006 };
		assert.equal(mismatch([closed], [closed]), null);
		assert.notEqual(mismatch([closed], [{ conn: "c1", closed: 1000 }]), null);
	});
});
