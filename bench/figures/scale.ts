import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { COMMON_WORD, customerOf, orderId, wordOf } from "../corpus/orders.ts";
import type { Bench, Figure } from "../lib/bench.ts";
import { type Server, startGateway } from "../lib/children.ts";
import { compare } from "../lib/contest.ts";
import { ask, type HttpQuestion, toWire } from "../lib/exchange.ts";
import { contestRow, type Row } from "../lib/row.ts";
import { median, spread } from "../lib/statistics.ts";
import { type Filled, fillOrders, SHOP } from "../scale/fill.ts";

const FEW = 10_000;
const MANY = 1_000_000;
/** No worse than looking at each document. */
const LINEAR = MANY / FEW;
const SEARCH_TIMEOUT_MS = 500;

interface Store {
	readonly documents: number;
	readonly server: Server;
	readonly filled: Filled;
	readonly bytes: number;
}

interface Read {
	readonly what: string;
	readonly times: number;
	readonly atMost: number;
	question(n: number): HttpQuestion;
}

const READS: readonly Read[] = [
	{
		what: "document:get",
		times: 400,
		atMost: 1.5,
		question: (n) => ({
			method: "GET",
			path: `${SHOP}/${orderId(n)}`,
			headers: {},
		}),
	},
	{
		what: "term on an indexed field, 10 results",
		times: 400,
		atMost: 1.5,
		question: (n) => search({ query: { term: { customer: customerOf(n) } } }),
	},
	{
		what: "match, the best 10 of one in 400",
		times: 100,
		atMost: LINEAR,
		question: (n) =>
			search({ query: { match: { note: wordOf(4_000 + (n % 900)) } } }),
	},
	{
		what: "date_histogram by month over all",
		times: 7,
		atMost: LINEAR,
		question: () =>
			search({
				size: 0,
				aggs: {
					months: {
						date_histogram: { field: "placedAt", calendar_interval: "month" },
					},
				},
			}),
	},
];

export const scale: Figure = {
	name: "scale",
	isLong: true,
	summary: `the embedded store with ${MANY} documents of the corpus "orders" against ${FEW}: minutes, and 1.2 GB of disk`,
	async measure(bench) {
		const few = await fillStore(bench, FEW);
		const many = await fillStore(bench, MANY);
		const rows: Row[] = [];
		for (const read of READS) rows.push(await readRow(bench, few, many, read));
		rows.push(
			quotient(
				"disk, against the raw JSON",
				3,
				[many.bytes, "bytes on disk"],
				[many.filled.rawBytes, "bytes of JSON"],
			),
			quotient(
				"the server's memory during the import",
				1.5,
				[many.filled.peakMegabytes, "MB at most"],
				[few.filled.peakMegabytes, `MB at most, ${FEW} documents`],
			),
			await nowDuringSearch(bench, many),
		);
		return rows;
	},
};

async function fillStore(bench: Bench, documents: number): Promise<Store> {
	const folder = await bench.folder();
	const server = bench.closing(
		await startGateway(folder, bench.cores?.server ?? null, [
			...["--set", `limits.searchTimeout=${SEARCH_TIMEOUT_MS}`],
		]),
	);
	const filled = await fillOrders(server, documents);
	const rate = Math.round(documents / filled.seconds);
	bench.say(`  ${documents} documents imported, ${rate}/s`);
	return { documents, server, filled, bytes: await bytesIn(folder) };
}

async function readRow(
	bench: Bench,
	few: Store,
	many: Store,
	{ what, times, atMost, question }: Read,
): Promise<Row> {
	const taken = { few: [] as number[], many: [] as number[] };
	for (let at = 0; at < times; at++) {
		taken.few.push(await timeOf(few, question, at));
		taken.many.push(await timeOf(many, question, at));
	}
	const value = median(taken.many) / median(taken.few);
	bench.say(`  ${what}: ${value.toFixed(2)}`);
	return {
		figure: "l",
		what: `${what}: time with ${MANY} documents`,
		ours: `${median(taken.many).toFixed(2)} ms`,
		opponent: `with ${FEW}: ${median(taken.few).toFixed(2)} ms`,
		value,
		unit: "×",
		spread: spread(taken.many.map((ms) => ms / median(taken.few))),
		target: { atMost },
		voidReason: null,
		measured: taken,
	};
}

/** Milliseconds. Which document is asked about jumps through the corpus. */
async function timeOf(
	{ documents, server }: Store,
	question: Read["question"],
	at: number,
): Promise<number> {
	const asked = question((at * 7_919 + 3) % documents);
	const begun = performance.now();
	const { body } = await ask(asked, server.port);
	const took = performance.now() - begun;
	if (body.includes('"total":0')) throw new Error(`Nothing found: ${body}`);
	return took;
}

/** server:now while matches on a word of nine documents in ten follow each other without a pause, each ended by its time limit. */
async function nowDuringSearch(bench: Bench, many: Store): Promise<Row> {
	const { pid, port } = many.server;
	const asked = search({ query: { match: { note: COMMON_WORD } } });
	const now = { method: "GET", path: "/_now", headers: {} };
	const side = {
		pid,
		plan: {
			kind: "http",
			port,
			connections: 50,
			request: toWire(now, port),
		} as const,
	};
	let isWanted = false;
	const turns = { timedOut: 0, whole: 0 };
	const keepSearching = async () => {
		while (isWanted) {
			const { body } = await ask(asked, port);
			turns[/"timed_?[oO]ut":true/.test(body) ? "timedOut" : "whole"]++;
		}
	};
	const load: Pick<Bench["load"], "run"> = {
		async run(run) {
			isWanted = run.plan !== side.plan;
			const searching = keepSearching();
			const sample = await bench.load.run(run);
			isWanted = false;
			await searching;
			return sample;
		},
	};
	const busy = { ...side, plan: { ...side.plan } };
	const contest = await compare(busy, side, { ...bench, load });
	bench.say(`  searches meanwhile: ${JSON.stringify(turns)}`);
	return contestRow(contest, {
		figure: "l",
		what: `server:now during searches of ${SEARCH_TIMEOUT_MS} ms`,
		opponent: "alone",
		target: { atLeast: 0.8 },
	});
}

function quotient(
	what: string,
	atMost: number,
	[ours, ourUnit]: readonly [number, string],
	[theirs, theirUnit]: readonly [number, string],
): Row {
	const value = ours / theirs;
	return {
		figure: "l",
		what,
		ours: `${Math.round(ours)} ${ourUnit}`,
		opponent: `${Math.round(theirs)} ${theirUnit}`,
		value,
		unit: "×",
		spread: [value, value],
		target: { atMost },
		voidReason: null,
		measured: { ours, theirs },
	};
}

function search(body: Readonly<Record<string, unknown>>): HttpQuestion {
	return { method: "POST", path: `${SHOP}/_search`, headers: {}, body };
}

async function bytesIn(folder: string): Promise<number> {
	const names = await readdir(folder);
	const files = await Promise.all(
		names.map((name) => stat(path.join(folder, name))),
	);
	return files.reduce((sum, { size }) => sum + size, 0);
}
