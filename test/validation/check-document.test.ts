import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findDefaults } from "../../src/validation/default-values.ts";
import { toError, toReport } from "../../src/validation/report.ts";
import { problemsOf, specify, wrongPaths } from "./specify.ts";

const integer = { type: "integer" };
const strict = { strict: true };
const list = { value: true, minCount: 1, maxCount: 2 };

describe("documents under a specification", () => {
	it("must have what is mandatory, and null is nothing", () => {
		const specification = specify({ n: { ...integer, mandatory: true } });
		assert.deepEqual(wrongPaths(specification, {}), ["n"]);
		assert.deepEqual(wrongPaths(specification, { n: null }), ["n"]);
		assert.deepEqual(wrongPaths(specification, { n: 0 }), []);
	});

	it("need not have the rest", () => {
		const specification = specify({ n: integer });
		assert.deepEqual(wrongPaths(specification, {}), []);
		assert.deepEqual(wrongPaths(specification, { n: null, other: 1 }), []);
	});

	it("have nothing else where it is strict, but the server's own", () => {
		const specification = specify({ n: integer }, strict);
		assert.deepEqual(wrongPaths(specification, { n: 1, _kuzzle_info: {} }), []);
		const [problem] = problemsOf(specification, { zz: 1, yy: 2 });
		assert.deepEqual(problem?.path, []);
		assert.match(problem?.message ?? "", /"zz", "yy"/);
		assert.deepEqual(wrongPaths(specify({}, { strict: false }), { zz: 1 }), []);
	});

	it("are strict inside of objects as these say, or as what is around them", () => {
		const inside = (typeOptions: object) => ({
			o: { type: "object", typeOptions },
			"o/n": integer,
		});
		const zz = { o: { n: 1, zz: 1 } };
		for (const [options, more, wrong] of [
			[{}, {}, []],
			[{}, strict, ["o"]],
			[{ strict: true }, {}, ["o"]],
			[{ strict: false }, strict, []],
		] as const) {
			assert.deepEqual(wrongPaths(specify(inside(options), more), zz), wrong);
		}
		const own = { o: { _kuzzle_info: {} } };
		assert.deepEqual(wrongPaths(specify(inside({}), strict), own), ["o"]);
	});

	it("are looked into as deep as they are described", () => {
		const specification = specify({
			o: { type: "object" },
			"o/p": { type: "object", mandatory: true },
			"o/p/n": { ...integer, mandatory: true },
		});
		assert.deepEqual(wrongPaths(specification, {}), []);
		assert.deepEqual(wrongPaths(specification, { o: {} }), ["o/p"]);
		assert.deepEqual(wrongPaths(specification, { o: { p: {} } }), ["o/p/n"]);
		assert.deepEqual(wrongPaths(specification, { o: { p: 1 } }), ["o/p"]);
		assert.deepEqual(wrongPaths(specification, { o: { p: { n: 1 } } }), []);
	});

	it("have arrays where it says so, and nowhere else", () => {
		const many = specify({ n: { ...integer, multivalued: list } });
		for (const [n, isRight] of [
			[[1], true],
			[[1, 2], true],
			[[], false],
			[[1, 2, 3], false],
			[1, false],
			[[1, "x"], false],
			[[null], false],
			[[[1]], false],
		] as const) {
			const wrong = isRight ? [] : ["n"];
			assert.deepEqual(wrongPaths(many, { n } as never), wrong, String(n));
		}
		assert.deepEqual(wrongPaths(specify({ n: integer }), { n: [1] }), ["n"]);
	});

	it("are told the first wrong item of an array", () => {
		const specification = specify({
			o: { type: "object", multivalued: { value: true } },
			"o/n": integer,
		});
		const content = { o: [{ n: 1 }, { n: "x" }, { n: "y" }, 7] };
		assert.deepEqual(wrongPaths(specification, content), ["o/n"]);
	});

	it("take names that objects inherit for ordinary ones", () => {
		const fields = JSON.parse(
			'{"__proto__": {"type": "object"}, "__proto__/n": {"type": "integer"}, "toString": {"type": "integer", "mandatory": true}}',
		);
		const specification = specify(fields, strict);
		const right = JSON.parse('{"__proto__": {"n": 1}, "toString": 1}');
		assert.deepEqual(wrongPaths(specification, right), []);
		const wrong = JSON.parse('{"__proto__": {"n": "x"}}');
		assert.deepEqual(wrongPaths(specification, wrong), [
			"__proto__/n",
			"toString",
		]);
		const report = toReport(problemsOf(specification, wrong));
		const children = report.errorMessages.fieldScope?.children ?? {};
		assert.deepEqual(Object.keys(children), ["__proto__", "toString"]);
	});

	it("must pass the filters", () => {
		const validators = [
			{ equals: { a: 1 } },
			{ not: { regexp: { "o.t": "^b" } } },
		];
		const specification = specify({}, { validators });
		assert.deepEqual(wrongPaths(specification, { a: 1 }), []);
		assert.deepEqual(wrongPaths(specification, { a: 2 }), [""]);
		const bad = { a: 1, o: { t: "bad" } };
		assert.deepEqual(wrongPaths(specification, bad), [""]);
	});
});

describe("default values", () => {
	const specification = specify({
		kind: { type: "string", defaultValue: "a" },
		tags: { type: "string", defaultValue: ["x"], multivalued: list },
		o: { type: "object" },
		"o/n": { ...integer, defaultValue: 0 },
		items: { type: "object", multivalued: { value: true } },
		"items/n": { ...integer, defaultValue: 7 },
	});

	it("are those of the fields that are missing or null", () => {
		const tags = ["y"];
		assert.deepEqual(findDefaults(specification, {}), {
			kind: "a",
			tags: ["x"],
		});
		assert.deepEqual(findDefaults(specification, { kind: null, tags }), {
			kind: "a",
		});
		assert.equal(findDefaults(specification, { kind: "", tags }), null);
	});

	it("make no object that is not there, and complete one that is", () => {
		const rest = { kind: "b", tags: ["y"] };
		assert.equal(findDefaults(specification, { ...rest, o: null }), null);
		assert.equal(findDefaults(specification, { ...rest, o: 1 }), null);
		assert.deepEqual(findDefaults(specification, { ...rest, o: { m: 1 } }), {
			o: { n: 0 },
		});
	});

	it("complete the objects of an array, which they give as a whole", () => {
		const rest = { kind: "b", tags: ["y"] };
		assert.deepEqual(
			findDefaults(specification, { ...rest, items: [{ m: 1 }, { n: 1 }, 3] }),
			{ items: [{ m: 1, n: 7 }, { n: 1 }, 3] },
		);
		assert.equal(
			findDefaults(specification, { ...rest, items: [{ n: 1 }] }),
			null,
		);
	});

	it("harm nothing when their name is one that objects inherit", () => {
		const own = specify(
			JSON.parse('{"__proto__": {"type": "integer", "defaultValue": 1}}'),
		);
		const defaults = findDefaults(own, {});
		assert.deepEqual(Object.keys(defaults ?? {}), ["__proto__"]);
		assert.equal(Object.getPrototypeOf(defaults), Object.prototype);
	});
});

describe("reports", () => {
	const problems = [
		{ path: [], message: "whole" },
		{ path: ["o"], message: "one" },
		{ path: ["o"], message: "two" },
		{ path: ["o", "n"], message: "deep" },
	];

	it("are trees of what is wrong, as Kuzzle answers them", () => {
		assert.deepEqual(toReport(problems), {
			valid: false,
			errorMessages: {
				documentScope: ["whole"],
				fieldScope: {
					children: {
						o: {
							messages: ["one", "two"],
							children: { n: { messages: ["deep"] } },
						},
					},
				},
			},
		});
		assert.deepEqual(toReport([]), { valid: true, errorMessages: {} });
	});

	it("are one error for a write", () => {
		const [whole, , , deep] = problems.map(toError);
		assert.equal(whole?.id, "validation.check.failed_document");
		assert.deepEqual(whole?.props, ["whole"]);
		assert.equal(deep?.id, "validation.check.failed_field");
		assert.deepEqual(deep?.props, ["o.n", "deep"]);
	});
});
