import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import { serverActions } from "../../../controllers/server/index.ts";
import { Answer } from "../../../src/action/answer.ts";
import { createEmbeddedCache } from "../../../src/cache/embedded/embedded-cache.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLog } from "../../../src/lib/log.ts";
import type { Security } from "../../../src/security/security.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { createElasticsearchStorage } from "../../../src/storage/elasticsearch/elasticsearch-storage.ts";
import { testConnection } from "../../support/test-connection.ts";
import { testEnvelope } from "../../support/test-envelope.ts";

it("server:healthCheck names the services that are away, and how the others are", async (t) => {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-health-"));
	const database = createDatabase({ folder });
	const cache = createEmbeddedCache({ database, clock: systemClock });
	await cache.open();
	t.after(async () => {
		await cache.close();
		await rm(folder, { recursive: true, force: true });
	});
	// Nobody listens on port 1.
	const storage = createElasticsearchStorage({
		client: { node: "http://127.0.0.1:1" },
		requestTimeoutMs: 1000,
		commonMapping: {},
		defaultSettings: {},
		generateMissingAliases: false,
		ids: randomIds,
		log: silentLog,
	});
	const healthCheck = serverActions({
		clock: systemClock,
		storage,
		cache,
		security: {} as Security,
		actions: () => [],
		version: "0",
		kuzzleVersion: "0",
		nodeId: "node",
		startedAt: 0,
	}).find(({ action }) => action === "healthCheck");
	const answer = await healthCheck?.run({
		envelope: testEnvelope("server:healthCheck"),
		connection: testConnection(),
		caller: { kuid: "-1", profileIds: ["anonymous"], token: null },
		signal: () => AbortSignal.timeout(30_000),
	});
	assert.ok(answer instanceof Answer);
	assert.deepEqual(answer.result, {
		status: "red",
		services: {
			internalCache: "green",
			memoryStorage: "green",
			storageEngine: "red",
		},
	});
	assert.equal(answer.extra.error?.id, "core.fatal.service_unavailable");
	assert.deepEqual(answer.extra.error?.props, ["storageEngine"]);
});
