import { createErrorFrom } from "../errors/gateway-error.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Target } from "../storage/storage.ts";
import type { ChangeOrigin } from "./change-origin.ts";
import type { DocumentOutcome, DocumentWrite } from "./documents.ts";

/** One change of one document, as it was committed. */
export interface DocumentChange {
	readonly target: Target;
	readonly kind: "create" | "replace" | "update" | "delete";
	readonly id: string;
	readonly version: number;
	/** Null when there was none; absent where the store did not have to read it. */
	readonly before?: JsonObject | null;
	/** Absent after a deletion. */
	readonly after?: JsonObject;
	/** Of an update that gave some: what it was asked to change. */
	readonly changes?: JsonObject;
	/** Who made it; null for the server itself. */
	readonly kuid: string | null;
	/** The request that made it; absent where none did. */
	readonly origin?: ChangeOrigin;
}

/**
 * Where changes go: realtime, audit and caches hang on one such sink. It is told before the answer of the write leaves, and of the changes of one
 * document in the order of their commits. When it rejects, the write answers `portico.call.outcome_unknown`: it was made, but not all was
 * told of it.
 */
export interface ChangeSink {
	changed(changes: readonly DocumentChange[]): void | Promise<void>;
}

/** Tells the sink what became of the writes: of those that were made, in their order. */
export async function tellChanges(
	sink: ChangeSink,
	news: {
		readonly target: Target;
		readonly kuid: string | null;
		readonly origin?: ChangeOrigin | undefined;
		readonly writes: readonly DocumentWrite[];
		readonly outcomes: readonly DocumentOutcome[];
	},
): Promise<void> {
	const { target, kuid, origin, writes, outcomes } = news;
	const changes: DocumentChange[] = [];
	writes.forEach((write, position) => {
		const outcome = outcomes[position];
		if (outcome?.ok !== true) return;
		const { id, version, before, after, created } = outcome;
		changes.push({
			target,
			kind: kindOf(write, created),
			id,
			version,
			kuid,
			...(origin === undefined ? {} : { origin }),
			...(before === undefined ? {} : { before }),
			...(after === undefined ? {} : { after }),
			...("changes" in write && !created ? { changes: write.changes } : {}),
		});
	});
	if (changes.length === 0) return;
	try {
		await sink.changed(changes);
	} catch (error) {
		throw createErrorFrom(error, "portico.call.outcome_unknown");
	}
}

function kindOf(
	{ kind }: DocumentWrite,
	created: boolean,
): DocumentChange["kind"] {
	if (kind === "delete") return "delete";
	if (created) return "create";
	return kind === "replace" || kind === "createOrReplace" || kind === "create"
		? "replace"
		: "update";
}
