import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { Target } from "../../../src/storage/storage.ts";
import { backends } from "../../support/backends.ts";
import { DOCUMENTS, PROPERTIES, QUERIES } from "./full-text-rows.ts";
import { difference } from "./scored-answers.ts";
import { openTwoStores, type TwoStores } from "./two-stores.ts";

/** SQLite finds what a real Elasticsearch finds, and gives it the same score within 1 %. */
describe("full text that both stores answer", {
	skip: !backends().includes("elasticsearch"),
}, () => {
	let stores: TwoStores;
	let target: Target;
	before(async () => {
		stores = await openTwoStores();
		target = await stores.fill(PROPERTIES, DOCUMENTS as JsonObject[]);
	});
	after(() => stores?.close());

	for (const [section, queries] of Object.entries(QUERIES))
		it(section, async () => {
			const different: string[] = [];
			let found = 0;
			for (const query of queries) {
				const answers = await stores.ask(target, { query });
				const told = difference(answers.sqlite, answers.elasticsearch);
				if (told !== undefined)
					different.push(`${JSON.stringify(query)}\n${told}`);
				if ("ids" in answers.sqlite) found += answers.sqlite.ids.length;
			}
			assert.equal(different.join("\n"), "");
			assert.ok(found > 0, "some of them find documents");
		});
});
