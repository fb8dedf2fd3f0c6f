import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GatewayError } from "../../../src/errors/gateway-error.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { parseSearchBody } from "../../../src/search/parse-search-body.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage, Target } from "../../../src/storage/storage.ts";
import { startElasticsearch } from "../../support/elasticsearch.ts";
import { makeStorage } from "../elasticsearch/test-kit.ts";

/** What a store answers to a search, reduced to what has to be the same on both. */
export type Answer =
	| {
			readonly total: number;
			/** Sorted, unless the search has a sort of its own. */
			readonly ids: readonly string[];
			readonly sort?: readonly (readonly unknown[])[];
			readonly scores: ReadonlyMap<string, number | null>;
	  }
	| { readonly refused: string; readonly reason: string };

/** The same documents in both stores. */
export class TwoStores {
	readonly sqlite: Storage;
	readonly elasticsearch: Storage;
	readonly #close: () => Promise<void>;

	constructor(
		sqlite: Storage,
		elasticsearch: Storage,
		close: () => Promise<void>,
	) {
		this.sqlite = sqlite;
		this.elasticsearch = elasticsearch;
		this.#close = close;
	}

	/** Documents are named d0, d1, …; one that a store refuses is answered with the id of its refusal. */
	async fill(
		properties: JsonObject,
		documents: readonly JsonObject[],
	): Promise<Target> {
		const target: Target = {
			scope: "public",
			index: `agree-${randomIds.uuid()}`,
			collection: "things",
		};
		const operations = documents.map(
			(content, index) =>
				({ kind: "create", id: `d${index}`, content }) as const,
		);
		const refused: string[] = [];
		for (const store of [this.sqlite, this.elasticsearch]) {
			await store.createCollection(target, {
				mappings: { dynamic: "false", properties },
			});
			const outcomes = await store.write(target, operations);
			await store.refresh(target);
			refused.push(
				outcomes
					.map((outcome, index) => (outcome.ok ? "" : `d${index}`))
					.filter((id) => id !== "")
					.join(" "),
			);
		}
		if (refused[0] !== refused[1])
			throw new Error(
				`SQLite refuses the documents ${refused[0]}, and Elasticsearch ${refused[1]}`,
			);
		return target;
	}

	async ask(
		target: Target,
		body: object,
	): Promise<{ readonly sqlite: Answer; readonly elasticsearch: Answer }> {
		const [sqlite, elasticsearch] = await Promise.all([
			ask(this.sqlite, target, body),
			ask(this.elasticsearch, target, body),
		]);
		return { sqlite, elasticsearch };
	}

	close(): Promise<void> {
		return this.#close();
	}
}

export async function openTwoStores(): Promise<TwoStores> {
	const server = await startElasticsearch();
	const folder = await mkdtemp(path.join(tmpdir(), "portico-agreement-"));
	const sqlite = createSqliteStorage(createDatabase({ folder }), {
		clock: systemClock,
		ids: randomIds,
	});
	await sqlite.open();
	const { storage: elasticsearch } = await makeStorage(server.url);
	return new TwoStores(sqlite, elasticsearch, async () => {
		await sqlite.close();
		await elasticsearch.close();
		await rm(folder, { recursive: true });
		await server.stop();
	});
}

async function ask(
	store: Storage,
	target: Target,
	body: object,
): Promise<Answer> {
	try {
		const request = parseSearchBody(body, { from: 0, size: 1_000 });
		const { hits, total } = await store.search([target], request);
		const ids = hits.map((hit) => hit.id);
		const isSorted = request.sort.length > 0;
		return {
			total,
			ids: isSorted ? ids : ids.sort(),
			...(isSorted ? { sort: hits.map((hit) => hit.sort ?? []) } : {}),
			scores: new Map(hits.map((hit) => [hit.id, hit.score ?? null])),
		};
	} catch (error) {
		if (!(error instanceof GatewayError)) throw error;
		return { refused: error.id ?? "", reason: error.message };
	}
}
