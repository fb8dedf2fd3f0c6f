import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import type { ErrorId } from "../../../src/errors/catalogue.ts";
import { GatewayError, isErrorId } from "../../../src/errors/gateway-error.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import type { Query, SearchRequest } from "../../../src/search/query.ts";
import type {
	CollectionDefinition,
	Scope,
	Storage,
	Target,
	WriteOperation,
	WriteOptions,
	WriteOutcome,
	WrittenDocument,
} from "../../../src/storage/storage.ts";

export interface StorageUnderTest {
	/** Open. Replaced by what `reopen` answers. */
	storage: Storage;
	/** Closes the storage and opens another on the same data. Left out where nothing could be lost by that. */
	reopen?(): Promise<Storage>;
	close(): Promise<void>;
}

export interface ContractSuite {
	test(name: string, run: (test: StorageTest) => Promise<void>): void;
}

/** What one test works with: the storage, and indexes that nobody else uses. */
export class StorageTest {
	readonly #made: StorageUnderTest;
	readonly #context: TestContext;
	readonly #indexes = new Set<string>();

	constructor(made: StorageUnderTest, context: TestContext) {
		this.#made = made;
		this.#context = context;
	}

	get storage(): Storage {
		return this.#made.storage;
	}

	/** False when this adapter has nothing to reopen. */
	async reopen(): Promise<boolean> {
		if (this.#made.reopen === undefined) {
			this.#context.diagnostic("nothing to reopen");
			return false;
		}
		this.#made.storage = await this.#made.reopen();
		return true;
	}

	/** An unused name; whatever is made under it is removed after the test. */
	indexName(): string {
		const name = `ct-${randomBytes(6).toString("hex")}`;
		this.#indexes.add(name);
		return name;
	}

	target(collection = "things", scope: Scope = "public"): Target {
		return { scope, index: this.indexName(), collection };
	}

	/** A fresh collection. Without a definition its fields are kept, not indexed. */
	async collection(
		definition?: CollectionDefinition,
		scope: Scope = "public",
	): Promise<Target> {
		const target = this.target("things", scope);
		await this.storage.createCollection(target, definition);
		return target;
	}

	/** Writes what must succeed. */
	async put(
		target: Target,
		operations: readonly WriteOperation[],
		options?: WriteOptions,
	): Promise<WrittenDocument[]> {
		const outcomes = await this.storage.write(target, operations, options);
		assert.equal(outcomes.length, operations.length);
		return outcomes.map(written);
	}

	/** Writes one operation and answers its outcome, whatever it is. */
	async one(
		target: Target,
		operation: WriteOperation,
		options?: WriteOptions,
	): Promise<WriteOutcome> {
		const outcomes = await this.storage.write(target, [operation], options);
		assert.equal(outcomes.length, 1);
		return outcomes[0] as WriteOutcome;
	}

	async content(target: Target, id: string): Promise<JsonObject | null> {
		return (await this.storage.get(target, id))?.content ?? null;
	}

	/** The ids that match, sorted. */
	async find(targets: Target | Target[], query: Query): Promise<string[]> {
		const { hits, total } = await this.storage.search(
			Array.isArray(targets) ? targets : [targets],
			request({ query, size: 100 }),
		);
		assert.equal(total, hits.length);
		return sorted(hits.map((hit) => hit.id));
	}

	async removeIndexes(): Promise<void> {
		for (const index of this.#indexes) {
			for (const scope of ["public", "private"] as const) {
				try {
					await this.storage.deleteIndex(scope, index);
				} catch (error) {
					if (!isErrorId(error, "services.storage.unknown_index")) throw error;
				}
			}
		}
	}
}

export const MATCH_ALL: Query = { kind: "match_all" };

export function request(parts: Partial<SearchRequest> = {}): SearchRequest {
	return { query: MATCH_ALL, sort: [], from: 0, size: 10, ...parts };
}

export function written(outcome: WriteOutcome | undefined): WrittenDocument {
	assert.ok(outcome, "an outcome is missing");
	if (!outcome.ok) throw outcome.error;
	return outcome;
}

export function assertFailed(
	outcome: WriteOutcome | undefined,
	id: ErrorId,
	props?: readonly unknown[],
): void {
	assert.ok(outcome, "an outcome is missing");
	assert.equal(outcome.ok, false, "the write was not refused");
	if (!outcome.ok) assertError(outcome.error, id, props);
}

export async function assertRejects(
	promise: Promise<unknown>,
	id: ErrorId,
	props?: readonly unknown[],
): Promise<void> {
	await assert.rejects(promise, (error) => assertError(error, id, props));
}

function assertError(
	error: unknown,
	id: ErrorId,
	props?: readonly unknown[],
): true {
	if (!(error instanceof GatewayError)) throw error;
	assert.equal(error.id, id, error.message);
	if (props !== undefined) assert.deepEqual(error.props, props);
	return true;
}

/** A sorted copy, by UTF-16 code units: the order that lists of names have. */
export function sorted(texts: readonly string[]): string[] {
	return texts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
