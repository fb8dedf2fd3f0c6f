import type { Storage, StoredDocument, Target } from "../storage.ts";
import type { Catalog } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import {
	createSingleReads,
	multiGet,
	type ReadOptions,
	throwIfFailed,
	type WireGet,
} from "./single-reads.ts";
import { isValidId, toStoredDocument } from "./stored-document.ts";

/** A document by its id. These see every write that was answered: Elasticsearch looks into its log where needed. */
export interface Reader {
	read(
		target: Target,
		ids: readonly string[],
		options?: ReadOptions,
	): Promise<Map<string, StoredDocument>>;
	/** Resolves once all is answered. */
	idle(): Promise<void>;
}

export function createReads(
	reader: Reader,
): Pick<Storage, "get" | "mGet" | "exists" | "mExists"> {
	const { read } = reader;
	return {
		async get(target, id, options) {
			return (await read(target, [id], options)).get(id) ?? null;
		},
		async mGet(target, ids, options) {
			const found = await read(target, ids, options);
			return ids.map((id) => found.get(id) ?? null);
		},
		async exists(target, id, options) {
			return (await read(target, [id], { ...options, bare: true })).has(id);
		},
		async mExists(target, ids, options) {
			const found = await read(target, ids, { ...options, bare: true });
			return ids.map((id) => found.has(id));
		},
	};
}

export function createReader(
	cluster: Cluster,
	catalog: Catalog,
	timeoutMs: number,
): Reader {
	const single = createSingleReads(cluster, timeoutMs);
	return {
		async read(target, ids, options = {}) {
			options.signal?.throwIfAborted();
			const alias = catalog.alias(target);
			const wanted = [...new Set(ids)].filter(isValidId);
			try {
				const answers =
					wanted.length === 1
						? [await single.read(alias, wanted[0] as string, options)]
						: await getMany(cluster, alias, wanted, options);
				const found = answers.filter((answer) => answer.found === true);
				return new Map(
					found.map((answer) => [answer._id, toStoredDocument(answer)]),
				);
			} catch (error) {
				throw await catalog.explain(error, target, options);
			}
		},
		idle: single.idle,
	};
}

async function getMany(
	cluster: Cluster,
	alias: string,
	ids: readonly string[],
	options: ReadOptions,
): Promise<WireGet[]> {
	const docs = await multiGet(cluster, alias, ids, options);
	for (const doc of docs) throwIfFailed(doc);
	return docs;
}
