import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { backends } from "../../support/backends.ts";
import { compare, type Outcome } from "./oracle-answers.ts";
import { collection, generatedSearch } from "./oracle-arbitraries.ts";
import { openTwoStores, type TwoStores } from "./two-stores.ts";

/** How many searches; a long run is asked for by ORACLE_QUERIES. */
const QUERIES = Number(process.env.ORACLE_QUERIES ?? 1_000);
/** To make a collection takes longer than to search it. */
const PER_COLLECTION = 100;
/** The usual run asks the same each time; a long one looks for what is not known yet. */
const SEED =
	process.env.ORACLE_SEED ??
	(process.env.ORACLE_QUERIES === undefined ? "864007223" : undefined);

/** A real Elasticsearch tells what is right, of any search over any documents. */
describe("whole searches on SQLite and on Elasticsearch", {
	skip: !backends().includes("elasticsearch"),
}, () => {
	let stores: TwoStores;
	before(async () => {
		stores = await openTwoStores();
	});
	after(() => stores?.close());

	it("are answered alike, or refused by name", async (context) => {
		const outcomes: Record<Outcome["kind"], number> = {
			same: 0,
			wrong: 0,
			refused: 0,
			different: 0,
		};
		const differences: string[] = [];
		const searches = fc.array(generatedSearch, {
			minLength: PER_COLLECTION,
			maxLength: PER_COLLECTION,
		});
		const property = fc.asyncProperty(
			collection,
			searches,
			async ({ properties, documents }, searches) => {
				const target = await stores.fill(properties, documents);
				for (const search of searches) {
					const outcome = await compare(stores, target, search);
					outcomes[outcome.kind]++;
					if (outcome.kind !== "different") continue;
					differences.push(`${outcome.difference}\n${JSON.stringify(search)}`);
				}
				for (const store of [stores.sqlite, stores.elasticsearch])
					await store.deleteIndex(target.scope, target.index);
			},
		);
		const { seed, errorInstance } = await fc.check(property, {
			numRuns: Math.ceil(QUERIES / PER_COLLECTION),
			endOnFailure: true,
			...(SEED === undefined ? {} : { seed: Number(SEED) }),
		});
		if (errorInstance) throw errorInstance;
		context.diagnostic(`${JSON.stringify(outcomes)}, seed ${seed}`);
		assert.equal(
			differences.slice(0, 20).join("\n\n"),
			"",
			`${differences.length} of ${QUERIES}, seed ${seed}`,
		);
		assert.ok(outcomes.same > QUERIES / 2, "most are answered");
	});
});
