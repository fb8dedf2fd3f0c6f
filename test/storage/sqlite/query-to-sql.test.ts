import assert from "node:assert/strict";
import path from "node:path";
import { after, describe, it } from "node:test";
import type { Query } from "../../../src/search/query.ts";
import { Connection } from "../../../src/sqlite/connection.ts";
import { migrate } from "../../../src/sqlite/schema.ts";
import { FieldIndex } from "../../../src/storage/sqlite/field-index.ts";
import { fieldKey } from "../../../src/storage/sqlite/index-document.ts";
import {
	type QueryContext,
	queryToSql,
} from "../../../src/storage/sqlite/query-to-sql.ts";
import type { Mappings } from "../../../src/storage/storage.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const EVIL = `x' OR 1=1 --"$[`;
const mappings: Mappings = {
	properties: {
		[EVIL]: { type: "keyword", fields: { [EVIL]: { type: "text" } } },
		name: { type: "keyword" },
		text: { type: "text" },
		at: { type: "date" },
	},
};

const file = path.join(await tempFolder("query"), "portico.db");
const connection = new Connection(file);
migrate(connection, file);
for (const [key, isText] of [
	["name", 0],
	["text", 1],
	[fieldKey(`${EVIL}.${EVIL}`), 1],
	[fieldKey(EVIL), 0],
] as const)
	connection.run(
		"INSERT INTO indexed_fields (collection, key, is_text, documents, terms) VALUES (1, ?, ?, 1, 1)",
		key,
		isText,
	);
after(() => connection.close());

const context: QueryContext = {
	mappings,
	now: Date.UTC(2024, 4, 5),
	index: new FieldIndex(connection, 1, []),
	isScored: true,
};

describe("the SQL of a query", () => {
	it("holds nothing that a client sent: values and field names are bound", () => {
		const term = { kind: "term", caseInsensitive: false } as const;
		const queries: Query[] = [
			{ ...term, field: EVIL, value: "a" },
			{ ...term, field: "name", value: EVIL },
			{ ...term, field: "name", value: EVIL, caseInsensitive: true },
			{ kind: "terms", field: EVIL, values: [EVIL] },
			{ kind: "match", field: `${EVIL}.${EVIL}`, query: EVIL, operator: "and" },
			{ kind: "match", field: "text", query: EVIL, operator: "or" },
			{ kind: "prefix", field: EVIL, value: EVIL, caseInsensitive: true },
			{ kind: "range", field: EVIL, bounds: { gt: EVIL, lte: EVIL } },
			{ kind: "exists", field: EVIL },
			{ kind: "ids", values: [EVIL] },
		];
		for (const query of queries) {
			const { where, score } = queryToSql(query, context);
			const text =
				typeof score === "number" ? where.sql : where.sql + score.sql;
			assert.ok(!text.includes("OR 1") && !text.includes("x'"), text);
			assert.ok(where.values.length > 0, `${query.kind} binds its values`);
		}
	});

	it("nests no deeper than SQLite allows, however many clauses there are", () => {
		const clause: Query = { kind: "exists", field: "name" };
		const many = new Array(1_024).fill(clause);
		for (const part of ["must", "should", "mustNot"] as const) {
			const query: Query = {
				kind: "bool",
				must: [],
				filter: [],
				should: [],
				mustNot: [],
				[part]: many,
			};
			assert.ok(depthOf(queryToSql(query, context).where.sql) < 20);
		}
	});

	it("takes `now` from the clock that it is given", () => {
		const query: Query = {
			kind: "range",
			field: "at",
			bounds: { gte: "now-1d" },
		};
		assert.ok(
			queryToSql(query, context).where.values.includes(Date.UTC(2024, 4, 4)),
		);
	});
});

function depthOf(sql: string): number {
	let depth = 0;
	let deepest = 0;
	for (const character of sql) {
		if (character === "(") deepest = Math.max(deepest, ++depth);
		if (character === ")") depth--;
	}
	return deepest;
}
