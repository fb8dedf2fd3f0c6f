import type {
	CallOptions,
	Storage,
	StoredDocument,
	Target,
} from "../storage.ts";
import type { Catalog } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { Refusal, refusalOf } from "./refusal.ts";
import {
	isValidId,
	toStoredDocument,
	type WireDocument,
} from "./stored-document.ts";

/** A document by its id. These see every write that was answered: Elasticsearch looks into its log where needed. */
export interface Reader {
	read(
		target: Target,
		ids: readonly string[],
		options?: ReadOptions,
	): Promise<Map<string, StoredDocument>>;
}

interface ReadOptions extends CallOptions {
	/** Without the contents. */
	readonly bare?: boolean;
}

type WireGet = {
	readonly found?: boolean;
	readonly error?: unknown;
} & WireDocument;

export function createReads(
	cluster: Cluster,
	catalog: Catalog,
): Pick<Storage, "get" | "mGet" | "exists" | "mExists"> {
	const { read } = createReader(cluster, catalog);
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

export function createReader(cluster: Cluster, catalog: Catalog): Reader {
	return {
		async read(target, ids, options = {}) {
			options.signal?.throwIfAborted();
			const alias = catalog.alias(target);
			const wanted = [...new Set(ids)].filter(isValidId);
			try {
				const answers =
					wanted.length === 1
						? await getOne(cluster, alias, wanted[0] as string, options)
						: await getMany(cluster, alias, wanted, options);
				const found = answers.filter((answer) => answer.found === true);
				return new Map(
					found.map((answer) => [answer._id, toStoredDocument(answer)]),
				);
			} catch (error) {
				throw await catalog.explain(error, target, options);
			}
		},
	};
}

async function getOne(
	cluster: Cluster,
	alias: string,
	id: string,
	options: ReadOptions,
): Promise<WireGet[]> {
	try {
		const answer = await cluster.request<WireGet>(
			{
				method: "GET",
				path: [alias, "_doc", id],
				effect: "read",
				...(options.bare ? { query: { _source: false } } : {}),
			},
			options,
		);
		return [answer];
	} catch (error) {
		// A missing document is a 404 without an error in its body; a missing indice is one with it.
		const isMissing =
			error instanceof Refusal && error.status === 404 && error.type === "";
		if (isMissing) return [];
		throw error;
	}
}

async function getMany(
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
			...(options.bare ? { query: { _source: false } } : {}),
		},
		options,
	);
	const failed = docs.find(({ error }) => error !== undefined);
	if (failed !== undefined) throw refusalOf(400, failed.error);
	return docs;
}
