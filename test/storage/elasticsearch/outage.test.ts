import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { isErrorId } from "../../../src/errors/gateway-error.ts";
import type { Storage, Target } from "../../../src/storage/storage.ts";
import { request } from "../../contracts/storage/contract-suite.ts";
import { elasticsearchOrReason } from "../../support/elasticsearch.ts";
import { createTcpRelay, type TcpRelay } from "../../support/tcp-relay.ts";
import { createStorage, makeStorage } from "./test-kit.ts";

const NOT_CONNECTED = { id: "services.storage.not_connected", status: 503 };
const OUTCOME_UNKNOWN = { id: "portico.call.outcome_unknown", status: 504 };
const REQUEST_TIMEOUT_MS = 500;
/** Far more than any of it takes: what this limit catches is waiting for ever. */
const TEST_TIMEOUT_MS = 60_000;

const TARGET: Target = { scope: "public", index: "outage", collection: "things" };
const CREATE = { kind: "create", content: {} } as const;

const server = await elasticsearchOrReason();

if ("unavailable" in server) {
	it("meets outages of Elasticsearch", { skip: server.unavailable }, () => {});
} else {
	after(() => server.stop());
	describe("an Elasticsearch that is away", { timeout: TEST_TIMEOUT_MS }, () => outages(server.url));
}

function outages(url: string): void {
	/** A storage with a collection, behind a connection that the test owns. */
	const withRelay = async (act: (storage: Storage, relay: TcpRelay) => Promise<void>) => {
		const relay = await createTcpRelay(url);
		const { storage } = await makeStorage(relay.url, { requestTimeoutMs: 30_000 }).catch(async (error) => {
			await relay.close();
			throw error;
		});
		await storage.createCollection(TARGET);
		const { storage: hasty, namespace: _ } = { storage, namespace: "" };
		try {
			await act(hasty, relay);
		} finally {
			await relay.refuse();
			await relay.accept();
			await storage.deleteIndex("public", TARGET.index);
			await storage.close();
			await relay.close();
		}
	};
	void withRelay;
	void REQUEST_TIMEOUT_MS;
	void CREATE;
	void NOT_CONNECTED;
	void OUTCOME_UNKNOWN;
	void isErrorId;
	void request;
	void createStorage;
}
