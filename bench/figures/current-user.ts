import type { Figure } from "../lib/bench.ts";
import { startGateway } from "../lib/children.ts";
import { compare, type Side } from "../lib/contest.ts";
import { toWire } from "../lib/exchange.ts";
import { contestRow, type Row } from "../lib/row.ts";
import { bearer, createPerson } from "./people.ts";

const CONNECTIONS = 50;

export const currentUser: Figure = {
	name: "authenticated",
	summary:
		"auth:getCurrentUser with an API key and with a login token, against the same call of an anonymous caller",
	async measure(bench) {
		const core = bench.cores?.server ?? null;
		const { pid, port } = bench.closing(
			await startGateway(await bench.folder(), core),
		);
		const person = await createPerson(port);
		const callers = [
			{ name: "API key", token: person.apiKey },
			{ name: "login token", token: person.loginToken },
		];
		const rows: Row[] = [];
		for (const { protocol, side } of [overHttp, overWebSocket]) {
			for (const { name, token } of callers) {
				const contest = await compare(
					side(pid, port, token),
					side(pid, port, null),
					bench,
				);
				const row = contestRow(contest, {
					figure: "c",
					what: `auth:getCurrentUser, ${protocol}, ${name}`,
					opponent: "anonymous",
					target: { atLeast: 0.8 },
				});
				rows.push(row);
				bench.say(`  ${protocol}, ${name}: ${row.value.toFixed(2)}`);
			}
		}
		return rows;
	},
};

interface Way {
	readonly protocol: string;
	side(pid: number, port: number, token: string | null): Side;
}

const overHttp: Way = {
	protocol: "HTTP",
	side(pid, port, token) {
		const headers = token === null ? {} : bearer(token);
		const request = toWire({ method: "GET", path: "/_me", headers }, port);
		return {
			pid,
			plan: { kind: "http", port, connections: CONNECTIONS, request },
		};
	},
};

const overWebSocket: Way = {
	protocol: "WebSocket",
	side(pid, port, token) {
		const message = JSON.stringify({
			controller: "auth",
			action: "getCurrentUser",
			requestId: "4f1c6c3e-8b0e-4d0c-9d0a-2f6f1f0f9b11",
			...(token === null ? {} : { jwt: token }),
		});
		return {
			pid,
			plan: {
				kind: "websocket",
				port,
				connections: CONNECTIONS,
				inFlight: 1,
				message,
			},
		};
	},
};
