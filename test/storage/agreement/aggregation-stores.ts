import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GatewayError } from "../../../src/errors/gateway-error.ts";
import type { Clock } from "../../../src/lib/clock.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import type { JsonObject, JsonValue } from "../../../src/lib/json.ts";
import { parseSearchBody } from "../../../src/search/parse-search-body.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage, Target } from "../../../src/storage/storage.ts";
import { makeStorage } from "../elasticsearch/test-kit.ts";

/** One storage on SQLite and one on a real Elasticsearch, which are given the same and asked the same. */
export interface TwoStores {
	readonly sqlite: Storage;
	readonly elasticsearch: Storage;
	close(): Promise<void>;
}

export async function openTwoStores(
	url: string,
	clock: Clock = systemClock,
): Promise<TwoStores> {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-agreement-"));
	const sqlite = createSqliteStorage(createDatabase({ folder }), {
		clock,
		ids: randomIds,
	});
	await sqlite.open();
	const { storage: elasticsearch } = await makeStorage(url);
	return {
		sqlite,
		elasticsearch,
		async close() {
			await sqlite.close();
			await elasticsearch.close();
			await rm(folder, { recursive: true });
		},
	};
}

export interface Corpus {
	readonly properties: JsonObject;
	readonly documents: readonly JsonObject[];
}

/** Makes the collection in both stores; document `n` has the id `d<n>`. */
export async function fill(
	stores: TwoStores,
	target: Target,
	{ properties, documents }: Corpus,
): Promise<void> {
	for (const storage of [stores.sqlite, stores.elasticsearch]) {
		await storage.createCollection(target, {
			mappings: { dynamic: "false", properties },
		});
		const outcomes = await storage.write(
			target,
			documents.map((content, number) => ({
				kind: "create",
				id: `d${number}`,
				content,
			})),
			{ refresh: "wait_for" },
		);
		for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
	}
}

export type Answer =
	| { readonly kind: "answer"; readonly aggregations: JsonValue }
	/** Named as something that this store does not answer. */
	| { readonly kind: "refusal"; readonly message: string }
	| { readonly kind: "error"; readonly message: string };

/** Searches with this body, without hits. */
export async function ask(
	storage: Storage,
	targets: readonly Target[],
	body: JsonObject,
): Promise<Answer> {
	try {
		const request = parseSearchBody(body, { from: 0, size: 0 });
		const { aggregations } = await storage.search(targets, request);
		return { kind: "answer", aggregations: aggregations ?? null };
	} catch (error) {
		if (!(error instanceof GatewayError)) throw error;
		if (error.id === "services.storage.invalid_query_keyword")
			return { kind: "refusal", message: error.message };
		if (error.status !== 400) throw error;
		return { kind: "error", message: error.message };
	}
}

/** Where two answers differ, as a path; undefined where they agree. Numbers agree within a part in a billion of the greater. */
export function difference(
	one: JsonValue | undefined,
	other: JsonValue | undefined,
	at = "",
): string | undefined {
	if (typeof one === "number" && typeof other === "number")
		return isClose(one, other) ? undefined : `${at}: ${one} | ${other}`;
	if (
		typeof one !== "object" ||
		typeof other !== "object" ||
		one === null ||
		other === null ||
		Array.isArray(one) !== Array.isArray(other)
	)
		return one === other
			? undefined
			: `${at}: ${JSON.stringify(one)} | ${JSON.stringify(other)}`;
	const members = one as JsonObject;
	const others = other as JsonObject;
	const names = new Set([...Object.keys(members), ...Object.keys(others)]);
	for (const name of names) {
		// Each store has its own names of indices, and its own scores.
		if (name === "_index" || name === "_score" || name === "max_score")
			continue;
		const found = difference(members[name], others[name], `${at}.${name}`);
		if (found !== undefined) return found;
	}
	return undefined;
}

function isClose(one: number, other: number): boolean {
	const size = Math.max(Math.abs(one), Math.abs(other));
	return one === other || Math.abs(one - other) <= size * 1e-9;
}
