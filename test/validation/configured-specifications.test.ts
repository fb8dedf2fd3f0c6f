import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError } from "../../src/config/config-error.ts";
import { compileFilters } from "../../src/koncorde/compile-filters.ts";
import { readConfiguredSpecifications } from "../../src/validation/configured-specifications.ts";
import { startGateway } from "../support/gateway.ts";

const validation = { strict: true, fields: { n: { type: "integer" } } };
const get = {
	controller: "collection",
	action: "getSpecifications",
	index: "i",
	collection: "c",
};

describe("specifications of the configuration", () => {
	it("are those of each collection", () => {
		assert.deepEqual(
			readConfiguredSpecifications(
				{ i: { c: validation, d: {} }, j: {} },
				compileFilters,
			),
			[
				{ index: "i", collection: "c", validation },
				{ index: "i", collection: "d", validation: {} },
			],
		);
	});

	it("are refused by their names, all at once", () => {
		const given = {
			I: { c: validation },
			i: { "a b": validation, c: { fields: { n: { type: "ghost" } } } },
			j: [],
		};
		assert.throws(
			() => readConfiguredSpecifications(given, compileFilters),
			(error) => {
				assert.ok(error instanceof ConfigError);
				assert.deepEqual(
					error.issues.map(({ key }) => key),
					[
						"validation.I",
						"validation.i.a b",
						"validation.i.c",
						"validation.j",
					],
				);
				assert.match(error.message, /unknown type "ghost"/);
				return true;
			},
		);
	});

	it("are written at the first start only", async () => {
		const gateway = await startGateway({
			config: { validation: { i: { c: validation } } },
		});
		try {
			assert.deepEqual(
				(await gateway.query(get)).result.validation,
				validation,
			);
			const { status } = await gateway.query({
				...get,
				action: "deleteSpecifications",
			});
			assert.equal(status, 200);
			await gateway.restart();
			assert.equal((await gateway.query(get)).status, 404);
		} finally {
			await gateway.stop();
		}
	});
});
