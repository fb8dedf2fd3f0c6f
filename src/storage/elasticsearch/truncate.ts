import type { JsonObject } from "../../lib/json.ts";
import type { CallOptions, Target } from "../storage.ts";
import type { Catalog } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import { isTaken } from "./indices.ts";
import type { Layout } from "./layout.ts";
import { isMissingIndice, Refusal } from "./refusal.ts";
import { reusableSettings } from "./settings.ts";

interface TruncateContext {
	readonly cluster: Cluster;
	readonly layout: Layout;
	readonly catalog: Catalog;
}

/** An indice, as Elasticsearch describes it. */
export interface IndiceAnswer {
	readonly aliases?: JsonObject;
	readonly mappings?: JsonObject;
	readonly settings?: JsonObject;
}

const TRIES = 5;
const NAMES_TRIED_MAX = 100;

/**
 * Empties a collection: the documents go, all else stays, the indice's name too. The aliases go over from the full indice to an empty one in one
 * request, and from there to one of the old name. So there is no moment without the collection, and a process that dies in between leaves it whole: at worst
 * under a name with a suffix, or with an indice beside it that serves nobody.
 */
export async function truncate(
	context: TruncateContext,
	target: Target,
	options?: CallOptions,
): Promise<void> {
	const { cluster, layout, catalog } = context;
	const alias = layout.alias(target);
	const spare = layout.spareAlias(target);
	const names = Array.from({ length: NAMES_TRIED_MAX }, (_, n) =>
		layout.indiceWithSuffix(target, n),
	);
	for (let tries = TRIES; ; tries--) {
		const { indice } = await catalog.find(target, options);
		options?.signal?.throwIfAborted();
		// From here on the caller's signal counts no more: a request that was sent is carried out, whoever waits for it.
		try {
			const empty = await replace(cluster, indice, { names, alias, spare });
			// The collection is empty by now. Should it not get its old name back, it keeps one like those that a taken name leads to.
			await replace(cluster, empty, { names: [indice], alias, spare }).catch(
				() => {},
			);
			return;
		} catch (error) {
			if (!isOvertaken(error) || tries === 0) throw error;
		}
	}
}

/** Another caller truncated or removed the collection meanwhile. */
function isOvertaken(error: unknown): boolean {
	return (
		isMissingIndice(error) ||
		(error instanceof Refusal && error.type === "aliases_not_found_exception")
	);
}

interface Replacement {
	/** The first that is free is taken. */
	readonly names: readonly string[];
	/** By which the collection is addressed. Who has it no more is replaced no more: names come back, aliases are in one place. */
	readonly alias: string;
	/** For the indices that do not serve the collection: not yet, or no longer. */
	readonly spare: string;
}

/** Makes an empty indice after the model of another and puts it in the other's place, in one step. Answers its name. */
async function replace(
	cluster: Cluster,
	old: string,
	{ names, alias, spare }: Replacement,
): Promise<string> {
	const answer = await cluster.request<Record<string, IndiceAnswer>>({
		method: "GET",
		path: [old],
		effect: "read",
	});
	const { aliases = {}, mappings = {}, settings = {} } = answer[old] ?? {};
	const made = await createFirstFree(cluster, names, {
		settings: reusableSettings(settings),
		mappings,
		aliases: { [spare]: {} },
	});
	// The one that must be there is asked for even where it was lost since.
	const moved = Object.entries({ [alias]: {}, ...aliases });
	const actions = moved.flatMap(([name, details]): object[] => [
		{ remove: { index: old, alias: name, must_exist: true } },
		{ add: { index: made, alias: name, ...(details as JsonObject) } },
	]);
	actions.push(
		{ remove: { index: made, alias: spare, must_exist: true } },
		{ add: { index: old, alias: spare } },
	);
	try {
		await cluster.request({
			method: "POST",
			path: ["_aliases"],
			body: { actions },
			effect: "write",
		});
	} catch (error) {
		// Only a refusal tells for certain that it is not in use.
		if (error instanceof Refusal) await remove(cluster, made);
		throw error;
	}
	await remove(cluster, old);
	return made;
}

async function createFirstFree(
	cluster: Cluster,
	names: readonly string[],
	body: JsonObject,
): Promise<string> {
	for (let n = 0; ; n++) {
		const name = names[n] ?? "";
		try {
			await cluster.request({
				method: "PUT",
				path: [name],
				query: { wait_for_active_shards: "1" },
				body,
				effect: "write",
			});
			return name;
		} catch (error) {
			if (!isTaken(error) || n + 1 >= names.length) throw error;
		}
	}
}

/** Of an indice that serves nobody. Whether or not this succeeds, all else is as it is to be. */
async function remove(cluster: Cluster, indice: string): Promise<void> {
	await cluster
		.request({ method: "DELETE", path: [indice], effect: "write" })
		.catch(() => {});
}
