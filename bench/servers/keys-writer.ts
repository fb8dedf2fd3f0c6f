// The thread that commits groups of keys for `bare-keys-sqlite.ts`.
import { parentPort, workerData } from "node:worker_threads";
import { type KeyRow, openKeysTable } from "./keys-table.ts";

const table = openKeysTable((workerData as { file: string }).file);

parentPort?.on("message", (rows: KeyRow[]) => {
	table.insert(rows);
	parentPort?.postMessage(rows.length);
});
