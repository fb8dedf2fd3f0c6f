import { customerOf, order, orderId, wordOf } from "../corpus/orders.ts";
import type { Bench } from "../lib/bench.ts";
import type { Server } from "../lib/children.ts";
import { compare, type Side } from "../lib/contest.ts";
import { ask, type HttpQuestion, toWire } from "../lib/exchange.ts";
import { contestRow, type Row } from "../lib/row.ts";
import { SHOP } from "../scale/fill.ts";

/** Of the corpus "orders", on both sides. */
export const DOCUMENTS = 10_000;
const CALLERS = 50;
const MANY = 100;

interface Call {
	readonly name: string;
	readonly method: string;
	readonly path: string;
	/** As an argument of the action, over WebSocket. */
	readonly id?: string;
	readonly action: string;
	readonly body?: unknown;
	/** Few answers a second need longer turns. */
	readonly longer?: number;
}

const CALLS: readonly Call[] = [
	{
		name: "get",
		action: "get",
		method: "GET",
		path: `${SHOP}/${orderId(7)}`,
		id: orderId(7),
	},
	{
		name: "search, term",
		action: "search",
		method: "POST",
		path: `${SHOP}/_search`,
		body: { query: { term: { customer: customerOf(77) } } },
	},
	{
		name: "search, match",
		action: "search",
		method: "POST",
		path: `${SHOP}/_search`,
		body: { query: { match: { note: wordOf(4_000) } } },
	},
	{
		name: "create",
		action: "create",
		method: "POST",
		path: `${SHOP}/_create`,
		body: order(DOCUMENTS),
	},
	{
		name: `mCreate of ${MANY}`,
		action: "mCreate",
		method: "POST",
		path: `${SHOP}/_mCreate`,
		longer: 4,
		body: {
			documents: Array.from({ length: MANY }, (_, n) => ({
				body: order(DOCUMENTS + n),
			})),
		},
	},
];

/** A request whose answer shows which headers the gateway writes. */
export const FIRST_CALL = toQuestion(CALLS[0] as Call);

/** Each call over each protocol: what only reads comes first, so that both sides hold the same. */
export async function compareDocuments(
	bench: Bench,
	{ gateway, bare }: { readonly gateway: Server; readonly bare: Server },
	about: {
		readonly store: string;
		readonly figure: string;
		readonly atLeast: number;
	},
): Promise<Row[]> {
	const rows: Row[] = [];
	for (const call of CALLS) {
		assertSameSize(call, await answersOf(call, [gateway.port, bare.port]));
		for (const { protocol, toSide } of PROTOCOLS) {
			const contest = await compare(toSide(gateway, call), toSide(bare, call), {
				...bench,
				seconds: bench.seconds * (call.longer ?? 1),
			});
			const row = contestRow(contest, {
				figure: about.figure,
				what: `document:${call.name}, ${about.store}, ${protocol}`,
				opponent: protocol === "HTTP" ? "bare node:http" : "bare ws",
				target: { atLeast: about.atLeast },
			});
			rows.push(row);
			bench.say(`  ${row.what}: ${row.value.toFixed(2)}`);
		}
	}
	return rows;
}

const PROTOCOLS: readonly {
	readonly protocol: string;
	toSide(server: Server, call: Call): Side;
}[] = [
	{
		protocol: "HTTP",
		toSide: ({ pid, port }, call) => ({
			pid,
			plan: {
				kind: "http",
				port,
				connections: CALLERS,
				request: toWire(toQuestion(call), port),
			},
		}),
	},
	{
		protocol: "WebSocket",
		toSide: ({ pid, port }, { action, id, body }) => ({
			pid,
			plan: {
				kind: "websocket",
				port,
				connections: CALLERS,
				inFlight: 1,
				message: JSON.stringify({
					controller: "document",
					action,
					index: "shop",
					collection: "orders",
					requestId: "4f1c6c3e-8b0e-4d0c-9d0a-2f6f1f0f9b11",
					...(id === undefined ? {} : { _id: id }),
					...(body === undefined ? {} : { body }),
				}),
			},
		}),
	},
];

function toQuestion({ method, path, body }: Call): HttpQuestion {
	return {
		method,
		path,
		headers: {},
		...(body === undefined ? {} : { body }),
	};
}

function answersOf(call: Call, ports: readonly number[]) {
	return Promise.all(ports.map((port) => ask(toQuestion(call), port)));
}

/** Ids and times are of one length; scores are not, and engines round them differently. */
const SCORE_SLACK = 20;

function assertSameSize(
	{ name }: Call,
	[ours, theirs]: readonly { readonly body: string }[],
): void {
	const difference = (ours?.body.length ?? 0) - (theirs?.body.length ?? 0);
	const hits = ours?.body.split('"_score"').length ?? 0;
	if (Math.abs(difference) > SCORE_SLACK * (hits - 1))
		throw new Error(
			`The answers of ${name} differ.\nours:   ${ours?.body}\ntheirs: ${theirs?.body}`,
		);
}
