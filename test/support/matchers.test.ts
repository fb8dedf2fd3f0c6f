import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	absent,
	anyNumber,
	anyText,
	assertMatches,
	type Expected,
	exactly,
	matching,
} from "./matchers.ts";
import { coveredActions, type Scenario } from "./scenario.ts";

function fits(actual: unknown, expected: Expected): boolean {
	try {
		assertMatches(actual, expected);
		return true;
	} catch (error) {
		if (error instanceof assert.AssertionError) return false;
		throw error;
	}
}

describe("what a scenario expects", () => {
	it("names the members that matter, and lists as a whole", () => {
		assert.ok(fits({ a: 1, b: [1, { c: 2, d: 3 }] }, { b: [1, { c: 2 }] }));
		assert.ok(!fits({ a: 1 }, { a: "1" }));
		assert.ok(!fits({ a: 1 }, { b: null }));
		assert.ok(!fits({ b: [1, 2] }, { b: [1] }));
		assert.ok(!fits({ b: {} }, { b: [] }));
		assert.ok(!fits(null, {}));
		assert.ok(fits(null, null));
	});

	it("may be said of a value instead", () => {
		assert.ok(fits({ at: 12, id: "x" }, { at: anyNumber, id: anyText }));
		assert.ok(!fits({ at: "12" }, { at: anyNumber }));
		assert.ok(fits({}, { gone: absent }));
		assert.ok(!fits({ gone: null }, { gone: absent }));
		assert.ok(fits("kapikey-a", matching(/^kapikey-/)));
		assert.ok(!fits("kauth-a", matching(/^kapikey-/)));
		assert.ok(fits({ a: 1 }, exactly({ a: 1 })));
		assert.ok(!fits({ a: 1, b: 2 }, exactly({ a: 1 })));
	});
});

describe("the actions that tables cover", () => {
	const row = (action: string, rest: Partial<Scenario>): Scenario => ({
		name: action,
		matrix: true,
		request: { action },
		reply: {},
		...rest,
	});
	const refused = { reply: { error: "api.assert.body_required" } } as const;

	it("are those with a happy path and a refusal over the full matrix", () => {
		const covered = coveredActions([
			[row("a:both", {}), row("a:happy", {})],
			[row("a:both", refused), row("a:refused", refused)],
			[row("a:narrow", {}), row("a:narrow", { ...refused, matrix: false })],
		]);
		assert.deepEqual(covered, new Set(["a:both"]));
	});
});
