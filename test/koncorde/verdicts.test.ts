import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { GatewayError } from "../../src/errors/gateway-error.ts";
import { compileFilter } from "../../src/koncorde/compile-filter.ts";
import { DocumentView } from "../../src/koncorde/document-view.ts";
import type { Filter } from "../../src/koncorde/filter.ts";
import { FilterIndex } from "../../src/koncorde/filter-index.ts";
import { keyOf, normalise } from "../../src/koncorde/normalise.ts";
import { parseFilter } from "../../src/koncorde/parse-filter.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { packageRoot } from "../../src/lib/package-root.ts";

/** A filter, documents, and for each "1" when it matches; null when the library refuses the filter. `make-verdicts.mjs` made them. */
type Case = readonly [unknown, readonly JsonObject[], string | null];

const { cases } = JSON.parse(
	gunzipSync(
		readFileSync(path.join(packageRoot, "test/koncorde/verdicts.json.gz")),
	).toString(),
) as { cases: readonly Case[] };

describe("verdicts of the library koncorde", () => {
	it("are many, and of each kind", () => {
		const pairs = cases.reduce(
			(sum, [, documents]) => sum + documents.length,
			0,
		);
		assert.equal(pairs, 50_000);
		const verdicts = cases.map(([, , verdict]) => verdict ?? "").join("");
		assert.ok(verdicts.split("1").length > 5_000);
		assert.ok(cases.filter(([, , verdict]) => verdict === null).length > 1_000);
	});

	it("on what is a filter are ours", () => {
		const differences = cases.filter(([filter, , verdicts]) => {
			return (read(filter) === null) !== (verdicts === null);
		});
		assert.deepEqual(
			differences.slice(0, 5).map(([filter]) => JSON.stringify(filter)),
			[],
		);
	});

	it("on each filter and document are ours", () => {
		const differences: string[] = [];
		for (const [given, documents, verdicts] of cases) {
			const filter = read(given);
			if (filter === null || verdicts === null) continue;
			const test = compileFilter(filter);
			for (const [index, document] of documents.entries()) {
				const ours = test(new DocumentView(document));
				if (ours !== (verdicts[index] === "1"))
					differences.push(
						`${JSON.stringify(given)} on ${JSON.stringify(document)}: ours is ${ours}`,
					);
			}
		}
		assert.deepEqual(differences.slice(0, 5), []);
	});

	it("are found again in an index of all the filters, while some come and go", () => {
		const filters = new Map<string, Filter>();
		for (const [given] of cases) {
			const filter = read(given);
			if (filter !== null) filters.set(keyOf(filter), filter);
		}
		const index = new FilterIndex();
		const tests = [...filters].map(([key, filter], place) => {
			index.add(key, filter);
			return { key, place, test: compileFilter(filter) };
		});
		const check = (kept: typeof tests, offset: number) => {
			for (let at = offset; at < cases.length; at += 200) {
				const view = new DocumentView(cases[at]?.[1][0] ?? {});
				assert.deepEqual(
					index.match(view).sort(),
					kept
						.filter(({ test }) => test(view))
						.map(({ key }) => key)
						.sort(),
				);
			}
		};
		check(tests, 0);
		const kept = tests.filter(({ place }) => place % 3 === 0);
		for (const { key, place } of tests)
			if (place % 3 !== 0) assert.ok(index.delete(key));
		check(kept, 1);
		for (const { key } of tests) {
			const filter = filters.get(key);
			if (filter !== undefined) index.add(key, filter);
		}
		check(tests, 2);
		for (const { key } of tests) index.delete(key);
		assert.equal(index.size, 0);
		check([], 3);
	});
});

/** Normalised; null when it is refused. */
function read(filter: unknown): Filter | null {
	try {
		return normalise(parseFilter(filter));
	} catch (error) {
		assert.ok(error instanceof GatewayError, String(error));
		assert.equal(error.id, "api.assert.koncorde_dsl_error");
		return null;
	}
}
