import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { Target } from "../../../src/storage/storage.ts";
import { backends } from "../../support/backends.ts";
import {
	GENERATED_PROPERTIES,
	generatedDocument,
	generatedQuery,
} from "./clause-arbitraries.ts";
import {
	CLAUSES,
	DOCUMENTS,
	PROPERTIES,
	REFUSED,
	SCORED,
	SORTS,
} from "./clauses-rows.ts";
import { type Answer, openTwoStores, type TwoStores } from "./two-stores.ts";

/** How many generated queries; each batch of them has documents of its own. */
const RUNS = Number(process.env.AGREEMENT_RUNS ?? 300);
const BATCHES = 5;
/** The usual run is the same each time. */
const seed = (batch: number) =>
	process.env.AGREEMENT_RUNS === undefined ? { seed: batch } : {};

/** SQLite answers each clause as a real Elasticsearch does, or refuses it by name where the row says so. */
describe("clauses that both stores answer", {
	skip: !backends().includes("elasticsearch"),
}, () => {
	let stores: TwoStores;
	let target: Target;
	before(async () => {
		stores = await openTwoStores();
		target = await stores.fill(PROPERTIES, DOCUMENTS as JsonObject[]);
	});
	after(() => stores?.close());

	for (let batch = 1; batch <= BATCHES; batch++)
		it(`generated queries over generated documents, batch ${batch}`, async () => {
			const documents = fc.sample(generatedDocument, {
				numRuns: 60,
				...seed(batch),
			}) as JsonObject[];
			const target = await stores.fill(GENERATED_PROPERTIES, documents);
			await fc.assert(
				fc.asyncProperty(generatedQuery, async (query) => {
					const answers = await stores.ask(target, { query });
					const { sqlite, elasticsearch } = answers;
					if (isRefusedByName(sqlite)) return;
					assert.equal(
						plain(sqlite),
						plain(elasticsearch),
						documentsOf(documents, sqlite, elasticsearch),
					);
				}),
				{ numRuns: RUNS / BATCHES, ...seed(batch) },
			);
		});

	for (const [section, queries] of Object.entries(CLAUSES))
		it(section, async () => {
			const different: string[] = [];
			let found = 0;
			for (const query of queries) {
				const { sqlite, elasticsearch } = await stores.ask(target, { query });
				const [ours, theirs] = [sqlite, elasticsearch].map(plain);
				if (ours !== theirs)
					different.push(
						`${JSON.stringify(query)}\n  SQLite: ${ours}\n  Elasticsearch: ${theirs} ${"reason" in elasticsearch ? elasticsearch.reason : ""}`,
					);
				if ("ids" in sqlite) found += sqlite.ids.length;
			}
			assert.equal(different.join("\n"), "");
			assert.ok(found > 0, "some of them find documents");
		});

	it("scores what is made of several scores as Elasticsearch does", async () => {
		for (const query of SCORED) {
			const { sqlite, elasticsearch } = await stores.ask(target, { query });
			assert.ok("ids" in sqlite && "ids" in elasticsearch);
			assert.ok(sqlite.ids.length > 0, JSON.stringify(query));
			for (const [id, theirs] of elasticsearch.scores) {
				const ours = sqlite.scores.get(id) ?? Number.NaN;
				const isNear = Math.abs(ours - (theirs ?? 0)) < 0.001;
				assert.ok(isNear, `${JSON.stringify(query)} ${id} ${ours} ${theirs}`);
			}
		}
	});

	it("refuses the others by name", async () => {
		for (const query of REFUSED) {
			const { sqlite } = await stores.ask(target, { query });
			assert.ok("refused" in sqlite, JSON.stringify(query));
			assert.equal(
				sqlite.refused,
				"services.storage.invalid_query_keyword",
				JSON.stringify(query),
			);
		}
	});

	for (const [section, sorts] of Object.entries(SORTS))
		it(`sort: ${section}`, async () => {
			const different: string[] = [];
			for (const sort of sorts) {
				const body = { query: { match_all: {} }, sort: [sort, "number"] };
				const { sqlite, elasticsearch } = await stores.ask(target, body);
				const [ours, theirs] = [sqlite, elasticsearch].map(plain);
				if (ours !== theirs)
					different.push(
						`${JSON.stringify(sort)}\n  SQLite: ${ours}\n  Elasticsearch: ${theirs} ${"reason" in elasticsearch ? elasticsearch.reason : ""}`,
					);
			}
			assert.equal(different.join("\n"), "");
		});
});

/** The documents that only one of them finds. */
function documentsOf(
	documents: readonly JsonObject[],
	ours: Answer,
	theirs: Answer,
): string {
	if ("refused" in ours || "refused" in theirs)
		return JSON.stringify([ours, theirs]);
	const different = documents.filter((_, index) => {
		const id = `d${index}`;
		return ours.ids.includes(id) !== theirs.ids.includes(id);
	});
	return `${plain(ours)} ${plain(theirs)} ${JSON.stringify(different)}`;
}

/** A refusal that names the clause is an answer, and a wrong one is not. */
function isRefusedByName(answer: Answer): boolean {
	return (
		"refused" in answer &&
		answer.refused === "services.storage.invalid_query_keyword"
	);
}

/** Sort values that stand for none differ by design: see DESIGN.md. */
function plain(
	answer: Awaited<ReturnType<TwoStores["ask"]>>["sqlite"],
): string {
	if ("refused" in answer) return `refused: ${answer.refused}`;
	const sort = answer.sort?.map((values) => values.map(plainValue));
	return JSON.stringify({ total: answer.total, ids: answer.ids, sort });
}

function plainValue(value: unknown): unknown {
	if (value === "Infinity" || value === "-Infinity") return null;
	if (typeof value !== "number") return value;
	if (!Number.isFinite(value) || Math.abs(value) >= 2_147_483_647) return null;
	// Of distances Lucene's own functions differ in the last digits.
	return Number(value.toPrecision(9));
}
