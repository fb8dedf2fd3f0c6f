import { mapLimited } from "../../lib/map-limited.ts";
import type { WriteOptions } from "../storage.ts";
import {
	sendBulk,
	toLines,
	toRefresh,
	toWritten,
	type WireWritten,
	type WriteResult,
} from "./bulk.ts";
import type { Cluster, ClusterRequest } from "./cluster.ts";
import { createGathering, type Gathering } from "./gather.ts";
import type { Action } from "./plan-action.ts";
import { Refusal } from "./refusal.ts";

/** Writes of one document each. Those of one collection that come together travel together; no caller can tell. */
export interface SingleWrites {
	apply(
		alias: string,
		action: Action,
		options: WriteOptions,
	): Promise<WriteResult>;
	/** Resolves once all is answered. */
	idle(): Promise<void>;
}

interface Item {
	readonly action: Action;
	readonly lines: string;
}

const LIMITS = {
	effect: "write",
	itemsMax: 500,
	// Far below what servers and proxies accept: a document must not be refused for the company that it came in.
	sizeMax: 1_000_000,
	waitingMax: 10_000,
	waitingSizeMax: 64 * 1024 * 1024,
} as const;
const UNDER_WAY_MAX = 4;
/** These are answered after a refresh only, and whoever comes later should not wait for two of them. */
const WAITING_FOR_REFRESH_MAX = 64;

export function createSingleWrites(
	cluster: Cluster,
	timeoutMs: number,
): SingleWrites {
	const gather = (underWayMax: number, options: WriteOptions) =>
		createGathering<Item, WriteResult>({
			...LIMITS,
			underWayMax,
			timeoutMs,
			send: (alias, items, signal) =>
				sendAll(cluster, alias, items, { ...options, signal }),
		});
	const plain = gather(UNDER_WAY_MAX, {});
	const waiting = gather(WAITING_FOR_REFRESH_MAX, { refresh: "wait_for" });
	const all: Gathering<Item, WriteResult>[] = [plain, waiting];
	return {
		async apply(alias, action, options) {
			options.signal?.throwIfAborted();
			const lines = toLines(action);
			const gathering = options.refresh === "wait_for" ? waiting : plain;
			return gathering.ask(alias, { action, lines }, lines.length, options);
		},
		async idle() {
			await Promise.all(all.map((gathering) => gathering.idle()));
		},
	};
}

async function sendAll(
	cluster: Cluster,
	alias: string,
	items: readonly Item[],
	options: WriteOptions,
): Promise<WriteResult[]> {
	const sendOne = (item: Item) => applyOne(cluster, alias, item, options);
	const [first, ...others] = items;
	if (first !== undefined && others.length === 0) return [await sendOne(first)];
	const batch = {
		actions: items.map(({ action }) => action),
		lines: items.map(({ lines }) => lines).join(""),
	};
	try {
		return await sendBulk(cluster, alias, batch, options);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		// One that Elasticsearch cannot even read spoils a request, of which then nothing was done.
		if (error.status === 400 || error.status === 413)
			return mapLimited(items, UNDER_WAY_MAX, sendOne);
		return items.map(() => error);
	}
}

async function applyOne(
	cluster: Cluster,
	alias: string,
	{ action }: Item,
	options: WriteOptions,
): Promise<WriteResult> {
	try {
		const request = toRequest(alias, action, options);
		return toWritten(
			action,
			await cluster.request<WireWritten>(request, options),
		);
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return error;
	}
}

function toRequest(
	alias: string,
	{ job, verb, content, condition }: Action,
	options: WriteOptions,
): ClusterRequest {
	const query = { ...toRefresh(options), ...condition };
	if (verb === "delete") {
		const path = [alias, "_doc", job.id];
		return { method: "DELETE", path, query, effect: "write" };
	}
	return {
		method: "PUT",
		path: [alias, verb === "create" ? "_create" : "_doc", job.id],
		// Without this a write would make a collection out of nothing.
		query: { ...query, require_alias: true },
		...(content === undefined ? {} : { body: content }),
		effect: "write",
	};
}
