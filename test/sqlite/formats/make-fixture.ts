/** Makes `v<format>.db` in this folder of the sources: run once for a new format, before it is released. */
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { packageRoot } from "../../../src/lib/package-root.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { FORMAT } from "../../../src/sqlite/schema.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";
import { FIXTURE, fixtureDocuments } from "./fixture.ts";

const folder = await mkdtemp(path.join(tmpdir(), "portico-fixture-"));
const storage = createSqliteStorage(createDatabase({ folder }), {
	clock: systemClock,
	ids: randomIds,
});
await storage.open();
await storage.createCollection(FIXTURE, {
	mappings: { dynamic: "true", properties: { color: { type: "keyword" } } },
});
for (const { id, version, content } of fixtureDocuments)
	for (let write = 0; write < version; write++)
		await storage.write(FIXTURE, [{ kind: "createOrReplace", id, content }]);
await storage.close();
await copyFile(
	path.join(folder, "portico.db"),
	path.join(packageRoot, "test", "sqlite", "formats", `v${FORMAT}.db`),
);
await rm(folder, { recursive: true });
