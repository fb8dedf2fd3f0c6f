import { existsSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import type { Figure } from "../lib/bench.ts";
import { startGateway, startServer } from "../lib/children.ts";
import { compare } from "../lib/contest.ts";
import { ask, assertAlike, ownHeaders, toWire } from "../lib/exchange.ts";
import { contestRow, type Row } from "../lib/row.ts";
import { createKey } from "./create-key.ts";
import { createPerson } from "./people.ts";

const CALLERS = 50;

export const createKeySqlite: Figure = {
	name: "keys-sqlite",
	summary:
		"auth:createApiKey with refresh=false on SQLite, against node:http that parses, signs, hashes and group-commits the same row",
	async measure(bench) {
		const core = bench.cores?.server ?? null;
		const folder = await bench.folder();
		const gateway = bench.closing(await startGateway(folder, core));
		const person = await createPerson(gateway.port);
		const question = createKey(person, "false");
		const answer = await ask(question, gateway.port);
		const rows: Row[] = [];
		for (const onThread of [true, false]) {
			const bareFolder = await bench.folder();
			const settings = {
				folder: bareFolder,
				kuid: person.kuid,
				headers: ownHeaders(answer),
				onThread,
			};
			const bare = bench.closing(
				await startServer("bare-keys-sqlite.js", settings, core),
			);
			assertAlike(answer, await ask(question, bare.port));
			assertSameRow(folder, bareFolder);
			const side = ({ pid, port }: { pid: number; port: number }) => ({
				pid,
				plan: {
					kind: "http",
					port,
					connections: CALLERS,
					request: toWire(question, port),
				} as const,
			});
			const contest = await compare(side(gateway), side(bare), bench);
			const row = contestRow(contest, {
				figure: "d",
				what: `auth:createApiKey, SQLite, ${CALLERS} callers`,
				opponent: `bare node:http, commits on ${onThread ? "a thread" : "its own thread"}`,
				target: { atLeast: 0.5 },
			});
			rows.push(row);
			bench.say(`  ${row.opponent}: ${row.value.toFixed(2)}`);
		}
		return rows;
	},
};

/** Both have stored a key of the same shape and size. */
function assertSameRow(ours: string, theirs: string): void {
	const [one, other] = [ours, theirs].map(lastRow);
	if (JSON.stringify(one) !== JSON.stringify(other)) {
		throw new Error(
			`The rows differ: ${JSON.stringify(one)}, ${JSON.stringify(other)}`,
		);
	}
}

function lastRow(folder: string): unknown {
	const file = ["portico.db", "keys.db"]
		.map((name) => path.join(folder, name))
		.find(existsSync);
	const database = new DatabaseSync(file ?? "", { readOnly: true });
	try {
		return database
			.prepare(
				"SELECT length(id) AS id, length(fields) AS fields, length(content) AS content FROM documents ORDER BY number DESC LIMIT 1",
			)
			.get();
	} finally {
		database.close();
	}
}
