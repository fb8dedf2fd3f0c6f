import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { GatewayError } from "../../../src/errors/gateway-error.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { parseQuery } from "../../../src/search/parse-query.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage, Target } from "../../../src/storage/storage.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const THINGS: Target = { scope: "public", index: "evil", collection: "things" };
const LENGTH = 30_000;

/** As long as a text of a query may be. */
function long(part: string): string {
	return part.repeat(Math.floor(LENGTH / part.length));
}

const TYPED: readonly string[] = [
	long("("),
	long("(a "),
	`${"(".repeat(LENGTH / 2)}${")".repeat(LENGTH / 2)}`,
	long("a+b|"),
	long("a AND b OR "),
	long("NOT "),
	long("-"),
	long('"'),
	long('"a b" '),
	long("\\"),
	long("*"),
	long("a* "),
	long("a:"),
	long("[a TO "),
	long("[1 TO 2] "),
	long("a "),
	long("!"),
	long("^2"),
	long("text:(a "),
	"a\u0000b \ud800 \u{10ffff}",
];

const QUERIES: readonly object[] = [
	...TYPED.flatMap((query) => [
		{ query_string: { query } },
		{ query_string: { query, fields: ["text"], default_operator: "and" } },
		{ simple_query_string: { query } },
		{ simple_query_string: { query, fields: ["text", "name"] } },
	]),
	{ match: { text: long("a ") } },
	{ match: { text: { query: long("a "), minimum_should_match: "50%" } } },
	{ match_phrase: { text: long("a ") } },
	{ match_phrase_prefix: { text: long("a ") } },
	{ match_bool_prefix: { text: long("a ") } },
	{ multi_match: { query: long("a b "), fields: ["*", "t*", "name^2"] } },
	{ term: { text: 'a" OR "b' } },
	{ term: { text: "* NOT a" } },
	{ match: { text: '" OR NEAR(a b) *' } },
];

const folder = await tempFolder("evil");

describe("a hostile full text query", () => {
	let storage: Storage;
	before(async () => {
		storage = createSqliteStorage(createDatabase({ folder }), {
			clock: systemClock,
			ids: randomIds,
		});
		await storage.open();
		await storage.createCollection(THINGS, {
			mappings: {
				properties: { name: { type: "keyword" }, text: { type: "text" } },
			},
		});
		await storage.write(THINGS, [
			{ kind: "create", id: "1", content: { name: "a", text: "a b a b" } },
		]);
	});
	after(() => storage?.close());

	for (const dsl of QUERIES)
		it(`is answered or refused: ${JSON.stringify(dsl).slice(0, 60)}`, async () => {
			try {
				const query = parseQuery(dsl);
				const request = { query, sort: [], from: 0, size: 10 };
				const { total } = await storage.search([THINGS], request);
				assert.ok(total <= 1);
			} catch (error) {
				assert.ok(error instanceof GatewayError, String(error));
				assert.equal(error.status, 400, error.message);
			}
		});

	it("finds nothing by what is no word", async () => {
		for (const value of ['a" OR "b', "* NOT a", "A", "a b", ""]) {
			const query = parseQuery({ term: { text: value } });
			const request = { query, sort: [], from: 0, size: 10 };
			assert.equal((await storage.search([THINGS], request)).total, 0, value);
		}
	});
});
