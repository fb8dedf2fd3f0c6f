import assert from "node:assert/strict";
import { createServer, type Server, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, it } from "node:test";
import type { Storage } from "../../../src/storage/storage.ts";
import { elasticsearchOrReason } from "../../support/elasticsearch.ts";
import { makeStorage } from "./test-kit.ts";

const TEST_TIMEOUT_MS = 120_000;
const TARGET = {
	scope: "public",
	index: "nyc",
	collection: "taxis",
} as const;
const PROPERTIES = { plate: { type: "keyword" } };

const server = await elasticsearchOrReason();

if ("unavailable" in server) {
	it("truncates collections", { skip: server.unavailable }, () => {});
} else {
	after(() => server.stop());
	describe("truncating a collection", () => truncating(server.url));
}

function truncating(url: string): void {
	it("costs nothing, wherever it is cut short", {
		timeout: TEST_TIMEOUT_MS,
	}, async () => {
		const { storage: steady, namespace } = await makeStorage(url);
		await steady.createCollection(TARGET, {
			mappings: { properties: PROPERTIES },
		});
		let writes = 0;
		for (let done = false; !done && writes < 50; writes++) {
			const relay = await cutAfter(writes, url);
			const { storage } = await makeStorage(relay.url, {
				namespace,
				requestTimeoutMs: 2_000,
			});
			await steady.write(TARGET, [{ kind: "create", id: "1", content: {} }]);
			done = await storage.truncateCollection(TARGET).then(
				() => !relay.cut(),
				() => false,
			);
			await storage.close();
			relay.close();
			await assertWhole(steady, namespace, url);
			await steady.write(TARGET, [{ kind: "delete", id: "1" }]);
		}
		assert.ok(writes >= 4, "each of its steps was cut");
		assert.equal(await steady.get(TARGET, "1"), null);
		await steady.deleteIndex("public", TARGET.index);
		await steady.close();
	});

	it("and changing its settings leave no collection closed", {
		timeout: TEST_TIMEOUT_MS,
	}, async () => {
		const { storage: first, namespace } = await makeStorage(url);
		await first.createCollection(TARGET);
		await first.write(TARGET, [{ kind: "create", id: "1", content: {} }]);
		await first.close();
		const indice = encodeURIComponent(`${namespace}&nyc.taxis`);
		await fetch(new URL(`${indice}/_close`, url), { method: "POST" });
		const { storage } = await makeStorage(url, { namespace });
		assert.ok(await storage.get(TARGET, "1"));
		await storage.deleteIndex("public", TARGET.index);
		await storage.close();
	});

	it("is never seen as a missing collection, and leaves one indice of its name", {
		timeout: TEST_TIMEOUT_MS,
	}, async () => {
		const { storage, namespace } = await makeStorage(url);
		await storage.createCollection(TARGET);
		const truncated = Promise.all([
			storage.truncateCollection(TARGET),
			storage.truncateCollection(TARGET),
			storage.truncateCollection(TARGET),
		]).then(() => true);
		let asked = 0;
		while (!(await Promise.race([truncated, false]))) {
			assert.ok(await storage.collectionExists(TARGET));
			asked++;
		}
		assert.ok(asked > 0);
		const names = await aliasesOf(url, namespace);
		assert.equal(Object.keys(names).length, 1);
		assert.deepEqual(Object.values(names)[0], [`@${namespace}&nyc.taxis`]);
		await storage.deleteIndex("public", TARGET.index);
		await storage.close();
	});
}

/** After a start of another gateway, which may find what the cut left behind. */
async function assertWhole(
	steady: Storage,
	namespace: string,
	url: string,
): Promise<void> {
	const { storage } = await makeStorage(url, { namespace });
	const { properties } = await storage.getMappings(TARGET);
	assert.deepEqual(properties.plate, PROPERTIES.plate);
	assert.deepEqual(await storage.listCollections("public", TARGET.index), [
		TARGET.collection,
	]);
	await storage.close();
	assert.deepEqual(await steady.listIndexes("public"), [TARGET.index]);
}

async function aliasesOf(
	url: string,
	namespace: string,
): Promise<Record<string, string[]>> {
	const response = await fetch(
		new URL(`${encodeURIComponent(`${namespace}&*`)}/_alias`, url),
	);
	const answer = (await response.json()) as Record<string, { aliases: object }>;
	return Object.fromEntries(
		Object.entries(answer).map(([indice, { aliases }]) => [
			indice,
			Object.keys(aliases),
		]),
	);
}

interface Relay {
	readonly url: string;
	/** Whether it let a request fall. */
	cut(): boolean;
	close(): void;
}

/** Passes requests on to Elasticsearch, but no more than so many that change something: as if the process died there. */
async function cutAfter(writes: number, url: string): Promise<Relay> {
	let left = writes;
	let isCut = false;
	const relay: Server = createServer((incoming, outgoing) => {
		if (incoming.method !== "GET" && left-- <= 0) isCut = true;
		if (isCut) {
			incoming.socket.destroy();
			return;
		}
		const { method, headers } = incoming;
		const onward = send(
			new URL(incoming.url ?? "/", url),
			{ method: method ?? "GET", headers },
			(answer) => {
				outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
				answer.pipe(outgoing);
			},
		);
		incoming.pipe(onward);
	});
	await new Promise<void>((done) => relay.listen(0, "127.0.0.1", done));
	const { port } = relay.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		cut: () => isCut,
		close() {
			relay.close();
			relay.closeAllConnections();
		},
	};
}
