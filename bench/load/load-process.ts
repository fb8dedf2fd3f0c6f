// The process that makes the load, on a core of its own. It lives through a whole comparison, so that its code is warm.
import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds } from "../lib/cpu-time.ts";
import type { LoadClient } from "./client.ts";
import { createHttpClient } from "./http-client.ts";
import type { LoadAnswer, Plan, Run, Sample } from "./plan.ts";
import { createWebSocketClient } from "./websocket-client.ts";

/** Until the answers flow evenly. */
const SETTLE_MS = 300;

process.on("message", (run: Run) => {
	measure(run).then(
		(sample) => answer({ sample }),
		(error: unknown) => answer({ error: String(error) }),
	);
});
process.once("disconnect", () => process.exit());

function answer(message: LoadAnswer): void {
	process.send?.(message);
}

async function measure({ plan, seconds, serverPid }: Run): Promise<Sample> {
	const client = createClient(plan);
	try {
		await client.open();
		client.start();
		await sleep(SETTLE_MS);
		const first = read(client, serverPid);
		await sleep(seconds * 1000);
		const last = read(client, serverPid);
		if (client.failure !== undefined) throw client.failure;
		return between(first, last);
	} finally {
		client.close();
	}
}

function createClient(plan: Plan): LoadClient {
	return plan.kind === "http"
		? createHttpClient(plan)
		: createWebSocketClient(plan);
}

interface Reading {
	readonly at: number;
	readonly answers: number;
	readonly loadSeconds: number;
	readonly serverSeconds: number | null;
}

function read(client: LoadClient, serverPid: number): Reading {
	const { user, system } = process.cpuUsage();
	return {
		at: performance.now(),
		answers: client.answers,
		loadSeconds: (user + system) / 1e6,
		serverSeconds: cpuSeconds(serverPid),
	};
}

function between(first: Reading, last: Reading): Sample {
	const seconds = (last.at - first.at) / 1000;
	const answers = last.answers - first.answers;
	if (answers === 0) throw new Error("No answer came.");
	const server =
		first.serverSeconds === null || last.serverSeconds === null
			? null
			: last.serverSeconds - first.serverSeconds;
	return {
		answers,
		seconds,
		rate: answers / seconds,
		loadBusy: (last.loadSeconds - first.loadSeconds) / seconds,
		serverBusy: server === null ? null : server / seconds,
		serverMicroseconds: server === null ? null : (server / answers) * 1e6,
	};
}
