import type { WriteOptions, WrittenDocument } from "../storage.ts";
import type { Cluster } from "./cluster.ts";
import type { Action } from "./plan-action.ts";
import { type Refusal, refusalOf } from "./refusal.ts";
import { toRevision } from "./stored-document.ts";

export type WriteResult = WrittenDocument | Refusal;

/** What Elasticsearch answers a write of one document with. */
export interface WireWritten {
	readonly _id: string;
	readonly _version: number;
	readonly _seq_no: number;
	readonly _primary_term: number;
	readonly result: "created" | "updated" | "deleted" | "not_found";
}

type WireItem = Record<
	string,
	WireWritten & { readonly status: number; readonly error?: unknown }
>;

/** Sends actions together, and answers each, in order. Those on one document happen in the order given. Throws where the whole request failed. */
export async function sendBulk(
	cluster: Cluster,
	alias: string,
	{ actions, lines }: { readonly actions: readonly Action[]; lines: string },
	options: WriteOptions,
): Promise<WriteResult[]> {
	const { items } = await cluster.request<{ items: WireItem[] }>(
		{
			method: "POST",
			path: [alias, "_bulk"],
			// Without require_alias a write would make a collection out of nothing.
			query: { require_alias: true, ...toRefresh(options) },
			text: { format: "lines", text: lines },
			effect: "write",
		},
		options,
	);
	return actions.map((action, place) => {
		const item = Object.values(items[place] ?? {})[0];
		if (item === undefined) throw new Error("A bulk answer lacks an item.");
		const { error, status } = item;
		return error === undefined
			? toWritten(action, item)
			: refusalOf(status, error);
	});
}

/** The action as `_bulk` reads it. */
export function toLines({ job, verb, content, condition }: Action): string {
	const head = JSON.stringify({ [verb]: { _id: job.id, ...condition } });
	return content === undefined
		? `${head}\n`
		: `${head}\n${JSON.stringify(content)}\n`;
}

export function toRefresh(options: WriteOptions): { refresh?: string } {
	return options.refresh === "wait_for" ? { refresh: "wait_for" } : {};
}

export function toWritten(
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
