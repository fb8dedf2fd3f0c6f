import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { isErrorId } from "../../../src/errors/gateway-error.ts";
import type { Storage, Target } from "../../../src/storage/storage.ts";
import { MATCH_ALL, request } from "../../contracts/storage/contract-suite.ts";
import {
	type ElasticsearchServer,
	elasticsearchOrReason,
} from "../../support/elasticsearch.ts";
import { createTcpRelay, type TcpRelay } from "../../support/tcp-relay.ts";
import { createStorage, makeStorage } from "./test-kit.ts";

const NOT_CONNECTED = { id: "services.storage.not_connected", status: 503 };
const OUTCOME_UNKNOWN = { id: "portico.call.outcome_unknown", status: 504 };
/** A request takes some tens of milliseconds, also on a busy machine. */
const REQUEST_TIMEOUT_MS = 2_000;
/** Far more than any of it takes: what this limit catches is waiting for ever. */
const TEST_TIMEOUT_MS = 120_000;

const TARGET: Target = {
	scope: "public",
	index: "outage",
	collection: "things",
};
const CREATE = { kind: "create", content: {} } as const;

const server = await elasticsearchOrReason();
const own = await elasticsearchOrReason({ own: true });

if ("unavailable" in server) {
	it("meets outages of Elasticsearch", { skip: server.unavailable }, () => {});
} else {
	after(() => server.stop());
	describe("a connection to Elasticsearch that fails", () => {
		failingConnection(server.url);
	});
}
if ("unavailable" in own) {
	it("meets an Elasticsearch that is killed", {
		skip: own.unavailable,
	}, () => {});
} else {
	after(() => own.stop());
	describe("an Elasticsearch that is killed, and started again", () => {
		killedServer(own);
	});
}

interface Outage {
	/** Behind the relay, and soon out of patience. */
	readonly storage: Storage;
	/** The same database, by a connection that holds. */
	readonly steady: Storage;
	readonly relay: TcpRelay;
}

function failingConnection(url: string): void {
	const test = (name: string, run: (outage: Outage) => Promise<void>) => {
		it(name, { timeout: TEST_TIMEOUT_MS }, async () => {
			const relay = await createTcpRelay(url);
			const { storage: steady, namespace } = await makeStorage(url);
			await steady.createCollection(TARGET);
			await steady.write(TARGET, [{ ...CREATE, id: "1" }]);
			const { storage } = await makeStorage(relay.url, {
				namespace,
				requestTimeoutMs: REQUEST_TIMEOUT_MS,
			});
			try {
				await run({ storage, steady, relay });
			} finally {
				await steady.deleteIndex("public", TARGET.index);
				await relay.close();
				await storage.close();
				await steady.close();
			}
		});
	};

	test("refused connections fail every call with not_connected, and leave nothing in doubt", async ({
		storage,
		steady,
		relay,
	}) => {
		await relay.refuse();
		for (const call of everyCall(storage))
			await assert.rejects(call(), NOT_CONNECTED);
		assert.equal((await storage.health()).status, "red");
		await relay.accept();
		assert.ok(await storage.get(TARGET, "1"));
		assert.notEqual((await storage.health()).status, "red");
		assert.equal(await steady.exists(TARGET, "new"), false);
	});

	test("a server that does not answer fails reads with not_connected, and leaves writes unknown", async ({
		storage,
		relay,
	}) => {
		relay.stall();
		const create = storage.write(TARGET, [{ ...CREATE, id: "2" }]);
		const batch = storage.write(TARGET, [CREATE, CREATE]);
		// What must be read first was not written yet.
		const update = storage.write(TARGET, [
			{ kind: "update", id: "1", changes: {} },
		]);
		const health = storage.health();
		await Promise.all([
			...reads(storage).map((read) => assert.rejects(read(), NOT_CONNECTED)),
			assert.rejects(create, OUTCOME_UNKNOWN),
			assert.rejects(batch, OUTCOME_UNKNOWN),
			assert.rejects(update, NOT_CONNECTED),
		]);
		assert.equal((await health).status, "red");
		relay.flow();
		assert.ok(await storage.get(TARGET, "1"));
		assert.ok((await storage.write(TARGET, [{ ...CREATE, id: "3" }]))[0]?.ok);
	});

	test("a write that is cut off after it was sent is unknown", async ({
		storage,
		steady,
		relay,
	}) => {
		relay.atRequest(1, () => void relay.refuse());
		await assert.rejects(
			storage.write(TARGET, [{ ...CREATE, id: "2" }]),
			OUTCOME_UNKNOWN,
		);
		await relay.accept();
		assert.equal(await steady.exists(TARGET, "2"), false);
	});

	test("a read that is cut off is repeated", async ({ storage, relay }) => {
		relay.atRequest(1, () => relay.flow());
		assert.ok(await storage.get(TARGET, "1"));
	});

	test("of a batch that is cut off, each operation tells what is known of it", async ({
		storage,
		relay,
	}) => {
		// One creation; then an update reads, and writes: that is the third request.
		relay.atRequest(3, () => relay.stall());
		const [created, updated, never] = await storage.write(TARGET, [
			{ ...CREATE, id: "2" },
			{ kind: "update", id: "2", changes: { a: 1 } },
			{ kind: "update", id: "2", changes: { b: 1 } },
		]);
		assert.equal(created?.ok, true);
		assert.ok(
			updated?.ok === false &&
				isErrorId(updated.error, "portico.call.outcome_unknown"),
		);
		assert.ok(
			never?.ok === false &&
				isErrorId(never.error, "services.storage.not_connected"),
		);
		relay.flow();
		assert.deepEqual((await storage.get(TARGET, "2"))?.content, {});
	});

	test("a caller who leaves a read hears its own reason; of a write that was sent, that nobody knows", async ({
		relay,
	}) => {
		const { storage: patient } = await makeStorage(relay.url);
		relay.stall();
		const reason = new Error("the caller is gone");
		const leaving = () => ({ signal: abortSoon(reason) });
		await assert.rejects(
			patient.get(TARGET, "1", leaving()),
			(error) => error === reason,
		);
		await assert.rejects(
			patient.search([TARGET], request(), leaving()),
			(error) => error === reason,
		);
		await assert.rejects(
			patient.write(TARGET, [{ ...CREATE, id: "2" }], leaving()),
			OUTCOME_UNKNOWN,
		);
		relay.flow();
		await patient.close();
	});

	it("a store that is away at the start can be opened when it comes", {
		timeout: TEST_TIMEOUT_MS,
	}, async () => {
		const relay = await createTcpRelay(url);
		await relay.refuse();
		const { storage } = createStorage(relay.url, {
			requestTimeoutMs: REQUEST_TIMEOUT_MS,
		});
		await assert.rejects(storage.open(), NOT_CONNECTED);
		await assert.rejects(storage.get(TARGET, "1"), NOT_CONNECTED);
		assert.equal((await storage.health()).status, "red");
		await relay.accept();
		await storage.open();
		assert.deepEqual(await storage.listIndexes("public"), []);
		await storage.close();
		await relay.close();
	});

	it("before it is opened, a storage is not connected", async () => {
		const { storage } = createStorage(url);
		for (const call of everyCall(storage))
			await assert.rejects(call(), NOT_CONNECTED);
		assert.equal((await storage.health()).status, "red");
		await storage.close();
	});
}

function abortSoon(reason: Error): AbortSignal {
	const controller = new AbortController();
	setTimeout(() => controller.abort(reason), 50);
	return controller.signal;
}

function reads(storage: Storage): (() => Promise<unknown>)[] {
	return [
		() => storage.get(TARGET, "1"),
		() => storage.mGet(TARGET, ["1", "2"]),
		() => storage.exists(TARGET, "1"),
		() => storage.mExists(TARGET, ["1", "2"]),
		() => storage.search([TARGET], request()),
		() =>
			storage
				.scan([TARGET], { query: MATCH_ALL })
				[Symbol.asyncIterator]()
				.next(),
		() => storage.refresh(TARGET),
		() => storage.listIndexes("public"),
		() => storage.listCollections("public", TARGET.index),
		() => storage.indexExists("public", TARGET.index),
		() => storage.collectionExists(TARGET),
		() => storage.getMappings(TARGET),
		() => storage.info(),
	];
}

function everyCall(storage: Storage): (() => Promise<unknown>)[] {
	return [
		...reads(storage),
		() => storage.write(TARGET, [{ ...CREATE, id: "new" }]),
		() => storage.write(TARGET, [CREATE, { kind: "delete", id: "1" }]),
		() => storage.createIndex("public", "outage-2"),
		() => storage.deleteIndex("public", TARGET.index),
		() => storage.createCollection({ ...TARGET, collection: "more" }),
		() => storage.updateCollection(TARGET, { mappings: { dynamic: "true" } }),
		() => storage.truncateCollection(TARGET),
		() => storage.deleteCollection(TARGET),
	];
}

function killedServer(own: ElasticsearchServer): void {
	it("loses no write that was answered, and is used again without a restart of ours", {
		timeout: TEST_TIMEOUT_MS,
	}, async () => {
		const { storage } = await makeStorage(own.url, { requestTimeoutMs: 5_000 });
		await storage.createCollection(TARGET);
		const traffic = new Traffic(storage);
		await traffic.until(200);
		await own.kill();
		await assert.rejects(storage.get(TARGET, "1"), NOT_CONNECTED);
		assert.equal((await storage.health()).status, "red");
		await own.restart();
		await traffic.until(traffic.answered.length + 200);
		await traffic.stop();
		const found = await storage.mExists(TARGET, traffic.answered);
		const lost = traffic.answered.filter((_, place) => !found[place]);
		assert.deepEqual(lost, []);
		await storage.close();
	});

	it("that is frozen fails calls within the limit, and goes on when it thaws", {
		timeout: TEST_TIMEOUT_MS,
	}, async () => {
		const { storage: steady, namespace } = await makeStorage(own.url);
		await steady.createCollection(TARGET);
		await steady.close();
		const { storage } = await makeStorage(own.url, {
			namespace,
			requestTimeoutMs: REQUEST_TIMEOUT_MS,
		});
		own.pause();
		try {
			await assert.rejects(storage.get(TARGET, "1"), NOT_CONNECTED);
			const write = storage.write(TARGET, [{ ...CREATE, id: "1" }]);
			await assert.rejects(write, OUTCOME_UNKNOWN);
			assert.equal((await storage.health()).status, "red");
		} finally {
			own.resume();
		}
		const traffic = new Traffic(storage);
		await traffic.until(10);
		await traffic.stop();
		await storage.close();
	});
}

/** Callers who write one document after the other, whatever happens. */
class Traffic {
	/** The ids of the documents whose creation was answered. */
	readonly answered: string[] = [];
	readonly #storage: Storage;
	readonly #callers: Promise<void>[];
	#isOver = false;

	constructor(storage: Storage) {
		this.#storage = storage;
		this.#callers = Array.from({ length: 4 }, () => this.#call());
	}

	async until(count: number): Promise<void> {
		while (this.answered.length < count) await sleep(10);
	}

	async stop(): Promise<void> {
		this.#isOver = true;
		await Promise.all(this.#callers);
	}

	async #call(): Promise<void> {
		while (!this.#isOver) {
			try {
				const [outcome] = await this.#storage.write(TARGET, [CREATE]);
				if (outcome?.ok) this.answered.push(outcome.id);
				else assertOutage(outcome?.error);
			} catch (error) {
				assertOutage(error);
				await sleep(10);
			}
		}
	}
}

/** Of a store that is away nothing else is said than this. */
function assertOutage(error: unknown): void {
	if (isErrorId(error, "services.storage.not_connected")) return;
	if (isErrorId(error, "portico.call.outcome_unknown")) return;
	throw error;
}
