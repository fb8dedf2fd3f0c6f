import { Client } from "@elastic/elasticsearch";
import {
	type ElasticsearchServer,
	ElasticsearchUnavailable,
	startElasticsearch,
} from "../../test/support/elasticsearch.ts";
import type { Bench, Figure } from "../lib/bench.ts";
import { type Server, startGateway, startServer } from "../lib/children.ts";
import { compare } from "../lib/contest.ts";
import { ask, assertAlike, ownHeaders, toWire } from "../lib/exchange.ts";
import { contestRow, type Row } from "../lib/row.ts";
import { median, spread } from "../lib/statistics.ts";
import { createKey } from "./create-key.ts";
import { createPerson, type Person } from "./people.ts";

const CALLERS = 50;
/** Writes that wait for their refresh, one after the other, on each side. */
const WAITS = 15;
const DEFAULT_INDEX = "bench-default-settings";
const BARE_ALIAS = "bench-keys-alias";
const BARE_INDEX = "bench-keys";

export const createKeyElasticsearch: Figure = {
	name: "keys-elasticsearch",
	summary:
		"auth:createApiKey on Elasticsearch: refresh=false against node:http around the same client call, and wait_for against an index with default settings",
	async measure(bench) {
		const server = await startOrNull(bench);
		if (server === null) return [];
		bench.closing(server);
		const namespace = `bench${process.pid}`;
		const client = new Client({ node: server.url });
		bench.closing({ stop: () => dropAll(client, namespace) });
		const gateway = bench.closing(
			await startGateway(await bench.folder(), bench.cores?.server ?? null, [
				...["--elasticsearch", server.url],
				...["--set", `services.storageEngine.namespace=${namespace}`],
			]),
		);
		const person = await createPerson(gateway.port);
		await createTwin(client, namespace);
		return [
			await withoutRefresh(bench, server.url, gateway, person),
			await waitForRefresh(bench, client, gateway, person),
		];
	},
};

async function startOrNull(bench: Bench): Promise<ElasticsearchServer | null> {
	try {
		return await startElasticsearch();
	} catch (error) {
		if (!(error instanceof ElasticsearchUnavailable)) throw error;
		bench.say(`  LEFT OUT: ${error.message}`);
		return null;
	}
}

async function withoutRefresh(
	bench: Bench,
	url: string,
	gateway: Server,
	person: Person,
): Promise<Row> {
	const question = createKey(person, "false");
	const answer = await ask(question, gateway.port);
	const settings = {
		url,
		alias: BARE_ALIAS,
		kuid: person.kuid,
		headers: ownHeaders(answer),
	};
	const bare = bench.closing(
		await startServer(
			"bare-keys-elasticsearch.js",
			settings,
			bench.cores?.server ?? null,
		),
	);
	assertAlike(answer, await ask(question, bare.port));
	const side = ({ pid, port }: { pid: number; port: number }) => ({
		pid,
		plan: {
			kind: "http",
			port,
			connections: CALLERS,
			request: toWire(question, port),
		} as const,
	});
	const row = contestRow(await compare(side(gateway), side(bare), bench), {
		figure: "e",
		what: `auth:createApiKey, Elasticsearch, ${CALLERS} callers`,
		opponent: "bare node:http, same client call",
		target: { atLeast: 0.7 },
	});
	bench.say(`  refresh=false: ${row.value.toFixed(2)}`);
	return row;
}

async function waitForRefresh(
	bench: Bench,
	client: Client,
	gateway: Server,
	person: Person,
): Promise<Row> {
	const question = createKey(person, "wait_for");
	const ours: number[] = [];
	const theirs: number[] = [];
	for (let n = 0; n < WAITS; n++) {
		ours.push(await timed(() => ask(question, gateway.port)));
		theirs.push(
			await timed(() =>
				client.index({
					index: DEFAULT_INDEX,
					refresh: "wait_for",
					document: { userId: person.kuid, n },
				}),
			),
		);
	}
	const ratios = ours.map((ms) => ms / median(theirs));
	bench.say(`  wait_for: ${median(ratios).toFixed(2)}`);
	return {
		figure: "e",
		what: "auth:createApiKey, refresh=wait_for",
		ours: `${median(ours).toFixed(0)} ms`,
		opponent: `index with default settings: ${median(theirs).toFixed(0)} ms`,
		value: median(ours) / median(theirs),
		unit: "×",
		spread: spread(ratios),
		target: { atMost: 0.25 },
		voidReason: null,
		measured: { ours, theirs },
	};
}

async function timed(work: () => Promise<unknown>): Promise<number> {
	const begun = performance.now();
	await work();
	return performance.now() - begun;
}

/** An index as the gateway's for keys, for the bare server; and one with Elasticsearch's own settings. */
async function createTwin(client: Client, namespace: string): Promise<void> {
	const found = await client.indices.get({ index: `*${namespace}*api-keys*` });
	const [keys] = Object.values(found);
	if (keys?.mappings === undefined) throw new Error("No index of keys.");
	const { number_of_shards, number_of_replicas, refresh_interval } =
		keys.settings?.index ?? {};
	await client.indices.create({
		index: BARE_INDEX,
		aliases: { [BARE_ALIAS]: {} },
		mappings: keys.mappings,
		settings: {
			...(number_of_shards === undefined ? {} : { number_of_shards }),
			...(number_of_replicas === undefined ? {} : { number_of_replicas }),
			...(refresh_interval === undefined ? {} : { refresh_interval }),
		},
	});
	await client.indices.create({ index: DEFAULT_INDEX });
}

async function dropAll(client: Client, namespace: string): Promise<void> {
	const found = await client.indices.get({
		index: [`*${namespace}*`, BARE_INDEX, DEFAULT_INDEX],
		ignore_unavailable: true,
		expand_wildcards: "all",
	});
	for (const index of Object.keys(found))
		await client.indices.delete({ index });
	await client.close();
}
