import { WebSocket } from "ws";
import type { Bench, Figure } from "../lib/bench.ts";
import { startGateway, startServer } from "../lib/children.ts";
import { compare } from "../lib/contest.ts";
import { contestRow, type Row } from "../lib/row.ts";

const MESSAGE = JSON.stringify({
	controller: "server",
	action: "now",
	requestId: "4f1c6c3e-8b0e-4d0c-9d0a-2f6f1f0f9b11",
});

/** How the same call is asked for. */
const WAYS = [
	{ connections: 50, inFlight: 1 },
	{ connections: 1, inFlight: 32 },
] as const;

export const websocketNow: Figure = {
	name: "websocket",
	summary:
		"server:now over WebSocket, against ws alone with the same bytes known beforehand",
	async measure(bench) {
		const core = bench.cores?.server ?? null;
		const gateway = bench.closing(
			await startGateway(await bench.folder(), core),
		);
		const answer = await exchange(gateway.port);
		const bare = bench.closing(
			await startServer("bare-websocket.js", { answer }, core),
		);
		assertSameLength(answer, await exchange(bare.port));
		const rows: Row[] = [];
		for (const way of WAYS) {
			const side = ({ pid, port }: { pid: number; port: number }) => ({
				pid,
				plan: { kind: "websocket", port, message: MESSAGE, ...way } as const,
			});
			const contest = await compare(side(gateway), side(bare), bench);
			rows.push(
				contestRow(contest, {
					figure: "a",
					what: `server:now, WebSocket, ${way.connections} × ${way.inFlight} in flight`,
					opponent: "bare ws",
					target: { atLeast: 0.55 },
				}),
			);
			report(bench, rows);
		}
		return rows;
	},
};

function report(bench: Bench, rows: readonly Row[]): void {
	const last = rows.at(-1);
	bench.say(`  ${last?.what}: ${last?.value.toFixed(2)}`);
}

function exchange(port: number): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(`ws://127.0.0.1:${port}`);
		socket.once("open", () => socket.send(MESSAGE));
		socket.once("message", (data: Buffer) => {
			resolve(data.toString("utf8"));
			socket.close();
		});
		socket.once("error", reject);
	});
}

function assertSameLength(ours: string, theirs: string): void {
	if (ours.length !== theirs.length) {
		throw new Error(`The answers differ.\nours:   ${ours}\ntheirs: ${theirs}`);
	}
}
