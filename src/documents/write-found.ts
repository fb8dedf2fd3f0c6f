import { type GatewayError, isErrorId } from "../errors/gateway-error.ts";
import { createSteps } from "../errors/steps.ts";
import type { Query } from "../search/query.ts";
import type {
	SearchHit,
	Storage,
	Target,
	WrittenDocument,
} from "../storage/storage.ts";
import type {
	Documents,
	DocumentWrite,
	DocumentWriteOptions,
} from "./documents.ts";

export interface FoundWrites {
	readonly target: Target;
	/** What found them. */
	readonly query: Query;
	readonly hits: readonly SearchHit[];
	/** With `ifRevision`, so that nothing is written that the query has not seen. */
	readonly toWrite: (hit: SearchHit) => DocumentWrite;
}

export interface FoundWrite {
	readonly hit: SearchHit;
	readonly outcome: WrittenDocument;
}

/** How often documents that others change meanwhile are looked for again. */
const ROUNDS_MAX = 5;

/**
 * Writes to documents that a query found. One that is gone is passed over. One that was changed in between is looked for again by the same
 * query, and written if it is still found.
 */
export async function writeFound(
	ports: { readonly storage: Storage; readonly documents: Documents },
	{ target, query, hits, toWrite }: FoundWrites,
	options: DocumentWriteOptions,
): Promise<{
	readonly written: FoundWrite[];
	readonly failed: { readonly id: string; readonly error: GatewayError }[];
}> {
	const written: FoundWrite[] = [];
	const failed: { id: string; error: GatewayError }[] = [];
	const step = createSteps();
	let pending = hits;
	for (let round = 1; pending.length > 0; round++) {
		const writes = pending.map(toWrite);
		const outcomes = await step(() =>
			ports.documents.write(target, writes, options),
		);
		const changed: string[] = [];
		for (const [at, hit] of pending.entries()) {
			const outcome = outcomes[at];
			if (outcome === undefined) continue;
			if (outcome.ok) written.push({ hit, outcome });
			else if (wasChanged(outcome.error) && round < ROUNDS_MAX)
				changed.push(hit.id);
			else if (!isErrorId(outcome.error, "services.storage.not_found"))
				failed.push({ id: hit.id, error: outcome.error });
		}
		pending =
			changed.length === 0
				? []
				: await step(() =>
						findAgain(ports.storage, { target, query, ids: changed }),
					);
	}
	return { written, failed };
}

function wasChanged(error: GatewayError): boolean {
	return (
		isErrorId(error, "services.storage.document_already_exists") ||
		isErrorId(error, "services.storage.too_many_changes")
	);
}

/** Searches see only what was refreshed. */
async function findAgain(
	storage: Storage,
	{
		target,
		query,
		ids,
	}: {
		readonly target: Target;
		readonly query: Query;
		readonly ids: readonly string[];
	},
): Promise<SearchHit[]> {
	await storage.refresh(target);
	const still: Query = {
		kind: "bool",
		must: [],
		filter: [query, { kind: "ids", values: ids }],
		should: [],
		mustNot: [],
	};
	const found: SearchHit[] = [];
	for await (const page of storage.scan([target], { query: still })) {
		found.push(...page);
	}
	return found;
}
