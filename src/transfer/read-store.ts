import type { JsonObject } from "../lib/json.ts";
import { normalizeSettings, OWN_SETTINGS } from "../storage/index-settings.ts";
import type { CallOptions, Storage, Target } from "../storage/storage.ts";
import type { CollectionRecord, TransferRecord } from "./records.ts";
import { documentQuery, type Selected, type Selection } from "./selection.ts";

/** Documents that are held at once. */
const PAGE_SIZE = 500;

/** What an indice of Elasticsearch went through, and what it is barred from, is not for another. */
const NOT_FOR_OTHERS = /^index\.(blocks|resize|history|lifecycle)\./;

/**
 * A database, or the part of it that was selected, in constant memory: read as fast as it is taken. What is written meanwhile may or
 * may not be in it.
 */
export async function* readStore(
	storage: Storage,
	selected: Selected,
	selection: Selection,
	options: CallOptions,
): AsyncGenerator<TransferRecord, void> {
	for (const index of selected.emptyIndexes) yield { kind: "index", ...index };
	for (const target of selected.targets)
		yield await readCollection(storage, target, options);
	for (const target of selected.targets) {
		// What was answered before is in the store, but a scan sees only what was refreshed.
		await storage.refresh(target, options);
		const query = documentQuery(target, selection);
		const request = { query, pageSize: PAGE_SIZE };
		for await (const page of storage.scan([target], request, options)) {
			const documents = page.map(({ id, content }) => ({ id, content }));
			yield { kind: "documents", target, documents };
		}
	}
}

async function readCollection(
	storage: Storage,
	target: Target,
	options: CallOptions,
): Promise<CollectionRecord> {
	const mappings = await storage.getMappings(target, options);
	const settings = await storage.getSettings(target, options);
	return {
		kind: "collection",
		target,
		// Elasticsearch takes a missing one for true, and a new collection of ours for what the configuration says.
		mappings: { ...mappings, dynamic: mappings.dynamic ?? "true" },
		settings: forOthers(settings),
	};
}

function forOthers(settings: JsonObject): JsonObject {
	return Object.fromEntries(
		Object.entries(normalizeSettings(settings)).filter(
			([name]) => !OWN_SETTINGS.includes(name) && !NOT_FOR_OTHERS.test(name),
		),
	);
}
