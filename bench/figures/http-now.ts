import type { Figure } from "../lib/bench.ts";
import { startGateway, startServer } from "../lib/children.ts";
import { compare } from "../lib/contest.ts";
import { ask, assertAlike, ownHeaders, toWire } from "../lib/exchange.ts";
import { contestRow, type Row } from "../lib/row.ts";

const NOW = { method: "GET", path: "/_now", headers: {} };
const CONNECTIONS = 50;

const OPPONENTS = [
	{ script: "bare-http.js", name: "bare node:http", atLeast: 0.55 },
	{ script: "empty-express.js", name: "empty express 5", atLeast: 2.5 },
] as const;

export const httpNow: Figure = {
	name: "http",
	summary:
		"server:now over HTTP keep-alive, against node:http and express alone with the same answer known beforehand",
	async measure(bench) {
		const core = bench.cores?.server ?? null;
		const gateway = bench.closing(
			await startGateway(await bench.folder(), core),
		);
		const answer = await ask(NOW, gateway.port);
		const rows: Row[] = [];
		for (const { script, name, atLeast } of OPPONENTS) {
			const settings = {
				path: NOW.path,
				headers: ownHeaders(answer),
				body: answer.body,
			};
			const bare = bench.closing(await startServer(script, settings, core));
			assertAlike(answer, await ask(NOW, bare.port));
			const side = ({ pid, port }: { pid: number; port: number }) => ({
				pid,
				plan: {
					kind: "http",
					port,
					connections: CONNECTIONS,
					request: toWire(NOW, port),
				} as const,
			});
			const contest = await compare(side(gateway), side(bare), bench);
			const row = contestRow(contest, {
				figure: "b",
				what: `server:now, HTTP, ${CONNECTIONS} connections`,
				opponent: name,
				target: { atLeast },
			});
			rows.push(row);
			bench.say(`  ${name}: ${row.value.toFixed(2)}`);
		}
		return rows;
	},
};
