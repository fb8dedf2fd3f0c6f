import type { WriteOptions, WrittenDocument } from "../storage.ts";
import type { Cluster, ClusterRequest } from "./cluster.ts";
import type { Action } from "./plan-action.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import { toRevision } from "./stored-document.ts";

export interface Applied {
	readonly action: Action;
	readonly result: WrittenDocument | Refusal;
}

/** Elasticsearch takes no more than 100 MB at once (`http.max_content_length`), and works best with far less. */
const BULK_CHARACTERS_MAX = 8_000_000;

/**
 * Sends the actions, each for another document, and answers what became of each as soon as that is known. One action
 * goes by itself, several in bulk. Throws where a whole request failed.
 */
export async function* applyActions(
	cluster: Cluster,
	alias: string,
	actions: readonly Action[],
	options: WriteOptions,
): AsyncGenerator<Applied> {
	const [first] = actions;
	if (first === undefined) return;
	if (actions.length === 1) {
		yield await applyOne(cluster, alias, first, options);
		return;
	}
	for (const chunk of chunks(actions)) {
		yield* await applyChunk(cluster, alias, chunk, options);
	}
}

interface WireWritten {
	readonly _id: string;
	readonly _version: number;
	readonly _seq_no: number;
	readonly _primary_term: number;
	readonly result: "created" | "updated" | "deleted" | "not_found";
}

async function applyOne(
	cluster: Cluster,
	alias: string,
	action: Action,
	options: WriteOptions,
): Promise<Applied> {
	try {
		const request = toRequest(alias, action, options);
		const answer = await cluster.request<WireWritten>(request, options);
		return { action, result: toWritten(action, answer) };
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		return { action, result: error };
	}
}

function toRequest(
	alias: string,
	{ job, verb, content, condition }: Action,
	options: WriteOptions,
): ClusterRequest {
	const query = { ...refresh(options), ...condition };
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

interface Chunk {
	readonly actions: Action[];
	lines: string;
}

type WireItem = Record<
	string,
	WireWritten & { readonly status: number; readonly error?: unknown }
>;

async function applyChunk(
	cluster: Cluster,
	alias: string,
	{ actions, lines }: Chunk,
	options: WriteOptions,
): Promise<Applied[]> {
	const { items } = await cluster.request<{ items: WireItem[] }>(
		{
			method: "POST",
			path: [alias, "_bulk"],
			query: { require_alias: true, ...refresh(options) },
			text: { format: "lines", text: lines },
			effect: "write",
		},
		options,
	);
	return actions.map((action, place) => {
		const item = Object.values(items[place] ?? {})[0];
		if (item === undefined) throw new Error("A bulk answer lacks an item.");
		const { error, status } = item;
		const result =
			error === undefined ? toWritten(action, item) : refusalOf(status, error);
		return { action, result };
	});
}

function chunks(actions: readonly Action[]): Chunk[] {
	const made: Chunk[] = [];
	for (const action of actions) {
		const lines = toLines(action);
		const last = made.at(-1);
		if (
			last === undefined ||
			last.lines.length + lines.length > BULK_CHARACTERS_MAX
		) {
			made.push({ actions: [action], lines });
		} else {
			last.actions.push(action);
			last.lines += lines;
		}
	}
	return made;
}

function toLines({ job, verb, content, condition }: Action): string {
	const head = JSON.stringify({ [verb]: { _id: job.id, ...condition } });
	return content === undefined
		? `${head}\n`
		: `${head}\n${JSON.stringify(content)}\n`;
}

function refresh(options: WriteOptions): { refresh?: string } {
	return options.refresh === "wait_for" ? { refresh: "wait_for" } : {};
}

function toWritten(
	{ before, content }: Action,
	answer: WireWritten,
): WrittenDocument {
	const created = answer.result === "created";
	const known = created ? null : before;
	return {
		ok: true,
		id: answer._id,
		version: answer._version,
		revision: toRevision(answer),
		created,
		...(known === undefined ? {} : { before: known }),
		...(content === undefined ? {} : { after: content }),
	};
}
