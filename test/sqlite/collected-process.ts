/** Run by a test with --expose-gc: uses connections that only closures remember, while the garbage is collected. */
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "../../src/sqlite/connection.ts";

const [folder = ""] = process.argv.slice(2);
const collect = globalThis.gc as () => void;
const writers = Array.from({ length: 20 }, (_, n) => makeWriter(n));
let written = 0;
for (let round = 0; round < 20; round++) {
	// One that is forgotten without being closed must do no harm either.
	makeWriter(round)();
	collect();
	await sleep(2);
	for (const write of writers) written += write();
}
writeSync(1, `${written} rows written\n`);

/** What an adapter keeps: a function that uses statements which were prepared once. */
function makeWriter(n: number): () => number {
	const connection = new Connection(`${folder}/${n}.db`);
	connection.exec("CREATE TABLE IF NOT EXISTS t (a INTEGER)");
	const write = () => connection.run("INSERT INTO t VALUES (1)");
	write();
	return write;
}
