import { createError } from "../../errors/gateway-error.ts";
import { assertIndexName, compareNames, isValidName } from "../names.ts";
import type { Scope, Storage } from "../storage.ts";
import type { Entry } from "./catalog.ts";
import { createIndices, type IndicesOptions } from "./indices.ts";

type IndexMethods = Pick<
	Storage,
	"createIndex" | "deleteIndex" | "indexExists" | "listIndexes"
>;

/** An index is nothing of its own: it exists while one of its collections does, be it the hidden one. */
export function createIndexes(init: IndicesOptions): IndexMethods {
	const { catalog } = init;
	const indices = createIndices(init);
	return {
		async createIndex(scope, index, options) {
			assertIndexName(index);
			assertFree(await catalog.listBothScopes(index, options), index);
			if (!(await indices.createKeep(scope, index, options))) {
				throw taken(scope, index);
			}
		},

		async deleteIndex(scope, index, options) {
			const entries = await catalog.list(scope, index, options);
			if (entries.length === 0) {
				throw createError("services.storage.unknown_index", index);
			}
			await indices.remove(entries, options);
		},

		async indexExists(scope, index, options) {
			if (!isValidName(index)) return false;
			return (await catalog.list(scope, index, options)).length > 0;
		},

		async listIndexes(scope, options) {
			return indexNames(await catalog.list(scope, undefined, options));
		},
	};
}

/** Sorted. */
export function indexNames(entries: readonly Entry[]): string[] {
	const names = new Set(entries.map(({ target }) => target.index));
	return [...names].sort(compareNames);
}

/** Throws `index_already_exists`, naming the scope that has it; `except` is the scope where it may be. */
export function assertFree(
	entries: readonly Entry[],
	index: string,
	except?: Scope,
): void {
	const other = entries.find(({ target }) => target.scope !== except);
	if (other !== undefined) throw taken(other.target.scope, index);
}

function taken(scope: Scope, index: string) {
	return createError("services.storage.index_already_exists", scope, index);
}
