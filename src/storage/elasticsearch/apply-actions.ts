import type { WriteOptions } from "../storage.ts";
import { sendBulk, toLines, type WriteResult } from "./bulk.ts";
import type { Cluster } from "./cluster.ts";
import type { Action } from "./plan-action.ts";
import type { SingleWrites } from "./single-writes.ts";

export interface Applied {
	readonly action: Action;
	readonly result: WriteResult;
}

/** Elasticsearch takes no more than 100 MB at once (`http.max_content_length`), and works best with far less. */
const BULK_CHARACTERS_MAX = 8_000_000;

/**
 * Sends the actions, each for another document, and answers what became of each as soon as that is known. Several go
 * in bulk, one goes with what other callers write at that moment. Throws where a whole request failed.
 */
export async function* applyActions(
	{ cluster, single }: { cluster: Cluster; single: SingleWrites },
	alias: string,
	actions: readonly Action[],
	options: WriteOptions,
): AsyncGenerator<Applied> {
	const [first] = actions;
	if (first === undefined) return;
	if (actions.length === 1) {
		const result = await single.apply(alias, first, options);
		yield { action: first, result };
		return;
	}
	for (const chunk of chunks(actions)) {
		const results = await sendBulk(cluster, alias, chunk, options);
		for (const [place, action] of chunk.actions.entries())
			yield { action, result: results[place] as WriteResult };
	}
}

interface Chunk {
	readonly actions: Action[];
	lines: string;
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
