import { createKeyedLock } from "../lib/keyed-lock.ts";
import type { Target } from "../storage/storage.ts";

/** Runs the work when nothing else writes one of the same documents, in the order in which it was asked for. */
export type WriteTurns = <T>(
	target: Target,
	writes: readonly { readonly id?: string | undefined }[],
	work: () => Promise<T>,
) => Promise<T>;

/** Ids are taken in one order by everybody, so that two batches never wait for each other. */
export function createWriteTurns(): WriteTurns {
	const lock = createKeyedLock();
	return ({ scope, index, collection }, writes, work) => {
		const ids = new Set(writes.flatMap(({ id }) => id ?? []));
		const run = [...ids]
			.sort()
			.map((id) => `${scope}/${index}/${collection}/${id}`)
			.reduceRight<typeof work>((inner, key) => () => lock(key, inner), work);
		return run();
	};
}
