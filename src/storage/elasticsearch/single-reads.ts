import type { CallOptions } from "../storage.ts";
import type { Cluster } from "./cluster.ts";
import { createGathering } from "./gather.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import type { WireDocument } from "./stored-document.ts";

export interface ReadOptions extends CallOptions {
	/** Without the contents. */
	readonly bare?: boolean;
}

export type WireGet = {
	readonly found?: boolean;
	readonly error?: unknown;
} & WireDocument;

/** Reads of one document each. Those of one collection that come together travel together; no caller can tell. */
export interface SingleReads {
	read(alias: string, id: string, options: ReadOptions): Promise<WireGet>;
	/** Resolves once all is answered. */
	idle(): Promise<void>;
}

const LIMITS = {
	effect: "read",
	underWayMax: 4,
	// What comes back is as large as the documents are, and nobody knows their size before.
	itemsMax: 50,
	sizeMax: Number.POSITIVE_INFINITY,
	waitingMax: 10_000,
	waitingSizeMax: Number.POSITIVE_INFINITY,
} as const;

export function createSingleReads(
	cluster: Cluster,
	timeoutMs: number,
): SingleReads {
	const gather = (bare: boolean) =>
		createGathering<string, WireGet>({
			...LIMITS,
			timeoutMs,
			send: (alias, ids, signal) =>
				getAll(cluster, alias, ids, { bare, signal }),
		});
	const whole = gather(false);
	const bare = gather(true);
	return {
		async read(alias, id, options) {
			const gathering = options.bare === true ? bare : whole;
			const answer = await gathering.ask(alias, id, id.length, options);
			throwIfFailed(answer);
			return answer;
		},
		async idle() {
			await Promise.all([whole.idle(), bare.idle()]);
		},
	};
}

/** The documents of the ids, in their order; one that could not be read bears its error. */
export async function multiGet(
	cluster: Cluster,
	alias: string,
	ids: readonly string[],
	options: ReadOptions,
): Promise<WireGet[]> {
	if (ids.length === 0) return [];
	const { docs } = await cluster.request<{ docs: WireGet[] }>(
		{
			method: "POST",
			path: [alias, "_mget"],
			body: { ids },
			effect: "read",
			...toQuery(options),
		},
		options,
	);
	return docs;
}

const OF_THE_QUESTION: readonly string[] = [
	"index_not_found_exception",
	"index_closed_exception",
	"illegal_argument_exception",
];

export function throwIfFailed({ error }: WireGet): void {
	if (error === undefined) return;
	const refusal = refusalOf(400, error);
	// Elasticsearch tells no status here. What is no fault of the question is a shard that nobody can ask now.
	throw OF_THE_QUESTION.includes(refusal.type)
		? refusal
		: refusalOf(503, error);
}

async function getAll(
	cluster: Cluster,
	alias: string,
	ids: readonly string[],
	options: ReadOptions,
): Promise<WireGet[]> {
	const [first, ...others] = ids;
	return first !== undefined && others.length === 0
		? [await getOne(cluster, alias, first, options)]
		: multiGet(cluster, alias, ids, options);
}

async function getOne(
	cluster: Cluster,
	alias: string,
	id: string,
	options: ReadOptions,
): Promise<WireGet> {
	try {
		return await cluster.request<WireGet>(
			{
				method: "GET",
				path: [alias, "_doc", id],
				effect: "read",
				...toQuery(options),
			},
			options,
		);
	} catch (error) {
		// A missing document is a 404 without an error in its body; a missing indice is one with it.
		const isMissing =
			error instanceof Refusal && error.status === 404 && error.type === "";
		if (isMissing) return { found: false } as WireGet;
		throw error;
	}
}

function toQuery({ bare }: ReadOptions): {
	query?: Record<string, boolean>;
} {
	return bare === true ? { query: { _source: false } } : {};
}
