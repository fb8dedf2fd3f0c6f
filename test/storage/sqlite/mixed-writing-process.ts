/** Run by a test as a process of its own: creates, changes and deletes documents until it is killed, a line for each document that is acknowledged and stays. */
import { randomUUID } from "node:crypto";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { createDatabase } from "../../../src/sqlite/database.ts";
import { createSqliteStorage } from "../../../src/storage/sqlite/sqlite-storage.ts";

const [folder = ""] = process.argv.slice(2);
const storage = createSqliteStorage(createDatabase({ folder }), {
	clock: systemClock,
	ids: randomIds,
});
await storage.open();
const THINGS = {
	scope: "public",
	index: "killed",
	collection: "things",
} as const;
await storage.createCollection(THINGS, {
	mappings: {
		properties: { name: { type: "keyword" }, text: { type: "text" } },
	},
});
await Promise.all(Array.from({ length: 20 }, writeForEver));

async function writeForEver(): Promise<void> {
	for (let round = 0; ; round++) {
		const id = randomUUID();
		const content = (name: string) => ({ name, text: `${name} of ${id}` });
		await storage.write(THINGS, [
			{ kind: "create", id, content: content("first") },
		]);
		await storage.write(THINGS, [
			{ kind: "update", id, changes: content("second") },
		]);
		if (round % 3 === 0) await storage.write(THINGS, [{ kind: "delete", id }]);
		else
			await new Promise((resolve) => process.stdout.write(`${id}\n`, resolve));
	}
}
