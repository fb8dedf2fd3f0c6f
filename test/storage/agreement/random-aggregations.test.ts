import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { Target } from "../../../src/storage/storage.ts";
import { elasticsearchOrReason } from "../../support/elasticsearch.ts";
import { corpus, request } from "./aggregation-arbitraries.ts";
import {
	type Answer,
	ask,
	difference,
	fill,
	openTwoStores,
	type TwoStores,
} from "./aggregation-stores.ts";

/** How many requests; the long run sets it to thousands. */
const REQUESTS = Number(process.env.AGREEMENT_REQUESTS ?? 400);

/** Requests on the same documents: to make a collection takes longer than to ask it. */
const PER_CORPUS = 50;

const server = await elasticsearchOrReason();

if ("unavailable" in server) {
	it("runs on Elasticsearch", { skip: server.unavailable }, () => {});
} else {
	after(() => server.stop());
	describe("random aggregations on SQLite and on Elasticsearch", () => {
		let stores: TwoStores;
		before(async () => {
			stores = await openTwoStores(server.url);
		});
		after(() => stores.close());

		it("are answered alike, or refused by name", async (context) => {
			let made = 0;
			const outcomes = { answered: 0, wrong: 0, refused: 0, limited: 0 };
			const differences: string[] = [];
			const property = fc.asyncProperty(
				corpus,
				fc.array(request, { minLength: PER_CORPUS, maxLength: PER_CORPUS }),
				async (documents, bodies) => {
					const target: Target = {
						scope: "public",
						index: `random${made++}`,
						collection: "things",
					};
					await fill(stores, target, documents);
					for (const body of bodies) {
						const outcome = await compare(stores, target, body);
						if (outcome.difference !== undefined)
							differences.push(outcome.difference);
						else outcomes[outcome.kind]++;
					}
					for (const storage of [stores.sqlite, stores.elasticsearch])
						await storage.deleteIndex("public", target.index);
					assert.equal(differences.length, 0);
				},
			);
			const { failed, seed, errorInstance } = await fc.check(property, {
				numRuns: Math.ceil(REQUESTS / PER_CORPUS),
				endOnFailure: true,
				// The usual run is the same each time.
				...(process.env.AGREEMENT_REQUESTS === undefined ? { seed: 1 } : {}),
			});
			context.diagnostic(JSON.stringify(outcomes));
			assert.ok(
				!failed,
				`seed ${seed}, ${String(errorInstance)}, ${differences.length} differences:\n${differences.slice(0, 20).join("\n")}`,
			);
			const total = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
			assert.ok(outcomes.answered > total * 0.8, JSON.stringify(outcomes));
		});
	});
}

interface Outcome {
	readonly kind: "answered" | "wrong" | "refused" | "limited";
	readonly difference?: string;
}

async function compare(
	{ sqlite, elasticsearch }: TwoStores,
	target: Target,
	body: JsonObject,
): Promise<Outcome> {
	const found = await ask(sqlite, [target], body);
	if (found.kind === "refusal") return { kind: "refused" };
	const wanted = await ask(elasticsearch, [target], body);
	// Near the limit of buckets the stores differ in how they count those that are empty.
	if (isTooMany(found) || isTooMany(wanted)) return { kind: "limited" };
	const kind = found.kind === "answer" ? "answered" : "wrong";
	const at =
		found.kind === "answer" && wanted.kind === "answer"
			? difference(found.aggregations, wanted.aggregations)
			: found.kind === wanted.kind
				? undefined
				: `${found.kind} | ${wanted.kind}`;
	return at === undefined
		? { kind }
		: {
				kind,
				difference: `${at}\n${JSON.stringify(body)}\nSQLite: ${JSON.stringify(found)}\nElasticsearch: ${JSON.stringify(wanted)}`,
			};
}

function isTooMany(answer: Answer): boolean {
	return answer.kind === "error" && /too many buckets/.test(answer.message);
}
