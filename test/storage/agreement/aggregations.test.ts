import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Target } from "../../../src/storage/storage.ts";
import { elasticsearchOrReason } from "../../support/elasticsearch.ts";
import { CASES, CORPUS, OTHER_CORPUS } from "./aggregation-cases.ts";
import {
	ask,
	difference,
	fill,
	openTwoStores,
	type TwoStores,
} from "./aggregation-stores.ts";

const server = await elasticsearchOrReason();

if ("unavailable" in server) {
	it("runs on Elasticsearch", { skip: server.unavailable }, () => {});
} else {
	after(() => server.stop());
	describe("aggregations on SQLite and on Elasticsearch", () => {
		let stores: TwoStores;
		const target: Target = {
			scope: "public",
			index: "agreement",
			collection: "cases",
		};
		const other: Target = { ...target, collection: "others" };
		before(async () => {
			stores = await openTwoStores(server.url);
			await fill(stores, target, CORPUS);
			await fill(stores, other, OTHER_CORPUS);
		});
		after(() => stores.close());

		for (const { name, aggs, query = {}, isRefused, isWrong } of CASES)
			it(name, async () => {
				const body = { query, aggs };
				const wanted = await ask(stores.elasticsearch, [target], body);
				const found = await ask(stores.sqlite, [target], body);
				const kind = isRefused ? "refusal" : isWrong ? "error" : "answer";
				assert.equal(found.kind, kind, JSON.stringify(found));
				assert.equal(
					wanted.kind,
					isWrong ? "error" : "answer",
					JSON.stringify(wanted),
				);
				if (found.kind === "answer" && wanted.kind === "answer")
					assert.equal(
						difference(found.aggregations, wanted.aggregations),
						undefined,
						`${JSON.stringify(found)}\n${JSON.stringify(wanted)}`,
					);
			});

		for (const { name, aggs, query = {}, isRefused, isWrong } of CASES) {
			if (isRefused || isWrong) continue;
			it(`${name}, of two collections`, async () => {
				const targets = [target, other];
				const found = await ask(stores.sqlite, targets, { query, aggs });
				if (found.kind === "refusal") {
					assert.match(found.message, /not all collections map/);
					return;
				}
				const wanted = await ask(stores.elasticsearch, targets, {
					query,
					aggs,
				});
				// Neither sorts hits by a field that one of the collections does not map.
				assert.equal(found.kind, wanted.kind, JSON.stringify([found, wanted]));
				if (found.kind === "answer" && wanted.kind === "answer")
					assert.equal(
						difference(found.aggregations, wanted.aggregations),
						undefined,
						`${JSON.stringify(found)}\n${JSON.stringify(wanted)}`,
					);
			});
		}
	});
}
