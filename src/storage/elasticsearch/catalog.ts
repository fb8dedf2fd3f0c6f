import { createError } from "../../errors/gateway-error.ts";
import { assertMayExist, HIDDEN_COLLECTION, isValidName } from "../names.ts";
import type { CallOptions, Scope, Target } from "../storage.ts";
import type { Cluster } from "./cluster.ts";
import type { Layout } from "./layout.ts";
import { isMissingIndice, Refusal } from "./refusal.ts";
import { translateError } from "./translate-refusal.ts";

/** Which collections there are: always asked of Elasticsearch, since other gateways make and remove them too. */
export interface Catalog {
	/** The alias to address a collection by. Throws for a name that nothing can have, so that no pattern gets through. */
	alias(target: Target): string;
	/** The collections of a scope or of one index, the hidden ones among them. */
	list(scope: Scope, index?: string, options?: CallOptions): Promise<Entry[]>;
	/** As `list`, of both scopes: one index name serves one scope only. */
	listBothScopes(index: string, options?: CallOptions): Promise<Entry[]>;
	/** The one indice behind a collection. Rejects with `unknown_index`, `unknown_collection`, `multiple_indice_alias`. */
	find(target: Target, options?: CallOptions): Promise<Entry>;
	/** As `find`, for several, with one question per index. */
	findAll(targets: readonly Target[], options?: CallOptions): Promise<Entry[]>;
	/** Why a collection is missing: `unknown_index` or `unknown_collection`. */
	missing(target: Target, options?: CallOptions): Promise<Error>;
	/** The error to throw for what a request on this collection failed with. */
	explain(
		error: unknown,
		target: Target,
		options?: CallOptions,
	): Promise<unknown>;
}

export interface Entry {
	readonly target: Target;
	readonly alias: string;
	readonly indice: string;
}

type AliasAnswer = Record<string, { aliases: Record<string, unknown> }>;

export function createCatalog(cluster: Cluster, layout: Layout): Catalog {
	const read = async (
		patterns: readonly string[],
		options?: CallOptions,
	): Promise<Entry[]> => {
		try {
			const answer = await cluster.request<AliasAnswer>(
				{
					method: "GET",
					path: ["_alias", patterns.join(",")],
					effect: "read",
				},
				options,
			);
			return toEntries(answer, layout);
		} catch (error) {
			// An alias given by its whole name that is not there is a 404, with what was found of the others beside it.
			if (error instanceof Refusal && error.status === 404) return [];
			throw translateError(error);
		}
	};

	const catalog: Catalog = {
		alias(target) {
			assertMayExist(target);
			return layout.alias(target);
		},
		async list(scope, index, options) {
			if (index !== undefined && !isValidName(index)) return [];
			return read([layout.aliasPattern(scope, index)], options);
		},
		async listBothScopes(index, options) {
			const scopes = ["public", "private"] as const;
			const patterns = scopes.map((scope) => layout.aliasPattern(scope, index));
			return read(patterns, options);
		},
		async find(target, options) {
			const alias = catalog.alias(target);
			const { scope, index } = target;
			return pick(await catalog.list(scope, index, options), target, alias);
		},
		async findAll(targets, options) {
			const lists = new Map<string, Entry[]>();
			const found: Entry[] = [];
			for (const target of targets) {
				const alias = catalog.alias(target);
				const key = layout.aliasPattern(target.scope, target.index);
				const list =
					lists.get(key) ??
					(await catalog.list(target.scope, target.index, options));
				lists.set(key, list);
				found.push(pick(list, target, alias));
			}
			return found;
		},
		async missing(target, options) {
			const { scope, index } = target;
			return missingFrom(await catalog.list(scope, index, options), target);
		},
		async explain(error, target, options) {
			if (isMissingIndice(error)) return catalog.missing(target, options);
			return translateError(error, target);
		},
	};
	return catalog;
}

export function isHidden({ target }: Entry): boolean {
	return target.collection === HIDDEN_COLLECTION;
}

export function severalIndices(alias: string): Error {
	return createError("services.storage.multiple_indice_alias", alias, "indice");
}

function pick(list: readonly Entry[], target: Target, alias: string): Entry {
	const [entry, ...others] = list.filter((each) => each.alias === alias);
	if (entry === undefined) throw missingFrom(list, target);
	if (others.length > 0) throw severalIndices(alias);
	return entry;
}

function missingFrom(
	entries: readonly Entry[],
	{ index, collection }: Target,
): Error {
	return entries.length === 0
		? createError("services.storage.unknown_index", index)
		: createError("services.storage.unknown_collection", index, collection);
}

function toEntries(answer: AliasAnswer, layout: Layout): Entry[] {
	return Object.entries(answer).flatMap(([indice, { aliases }]) =>
		Object.keys(aliases).flatMap((alias) => {
			const target = layout.parse(alias);
			return target === null ? [] : [{ target, alias, indice }];
		}),
	);
}
