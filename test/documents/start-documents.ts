import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import type {
	ChangeSink,
	DocumentChange,
} from "../../src/documents/change-news.ts";
import {
	type DocumentRules,
	Documents,
} from "../../src/documents/documents.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { createDatabase } from "../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../src/storage/sqlite/sqlite-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";

export const TARGET = {
	scope: "public",
	index: "i",
	collection: "c",
} as const;

export interface StartedDocuments {
	readonly documents: Documents;
	readonly storage: Storage;
	readonly clock: ManualClock;
	readonly told: DocumentChange[];
}

/** The service above a store of its own, with one collection. At most three documents may be read or written at once. */
export async function startDocuments(
	test: TestContext,
	options: {
		readonly sink?: ChangeSink;
		readonly rules?: DocumentRules;
		/** What the service sees in place of the store. */
		readonly through?: (storage: Storage) => Storage;
	} = {},
): Promise<StartedDocuments> {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-documents-"));
	const clock = new ManualClock();
	const storage = createSqliteStorage(createDatabase({ folder }), {
		clock,
		ids: randomIds,
	});
	await storage.open();
	test.after(async () => {
		await storage.close();
		await rm(folder, { recursive: true, force: true });
	});
	await storage.createCollection(TARGET);
	const told: DocumentChange[] = [];
	const { sink, rules = null, through = (store) => store } = options;
	const documents = new Documents({
		storage: through(storage),
		clock,
		limits: { documentsFetchCount: 3, documentsWriteCount: 3 },
		sink: sink ?? { changed: (changes) => void told.push(...changes) },
		validator: { rulesOf: () => rules },
	});
	return { documents, storage, clock, told };
}
