/** Run by tests as a process of its own: opens the folder, says so, and writes until it is killed, a line for each acknowledgement. */
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { createDatabase } from "../../src/sqlite/database.ts";
import { NOTES } from "./programs/notes.ts";

const [folder = "", task] = process.argv.slice(2);
const database = createDatabase({ folder });
await database.open();
await database.load(NOTES);
writeSync(1, "open\n");
if (task === "write")
	await Promise.all(Array.from({ length: 20 }, writeForEver));

async function writeForEver(): Promise<void> {
	for (;;) {
		const text = randomUUID();
		await database.write(NOTES, { kind: "note", text }, 100);
		await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
	}
}
