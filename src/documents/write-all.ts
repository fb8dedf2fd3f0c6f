import {
	createError,
	createErrorFrom,
	GatewayError,
	isErrorId,
} from "../errors/gateway-error.ts";
import type {
	Storage,
	StoredDocument,
	Target,
	WriteOperation,
	WriteOptions,
	WriteOutcome,
} from "../storage/storage.ts";
import type {
	DocumentOutcome,
	DocumentRules,
	DocumentWrite,
} from "./documents.ts";
import {
	type Authorship,
	type MetadataRule,
	withMetadata,
} from "./metadata.ts";
import { dependsOnDocument, planWrite } from "./plan-write.ts";
import { findReservedName } from "./reserved-names.ts";

/** What was decided by a document that another node changed meanwhile is decided again, this often at least. */
const RETRIES_MIN = 10;

export interface WriteContext {
	readonly storage: Storage;
	readonly target: Target;
	/** Null: the collection has none. */
	readonly rules: DocumentRules | null;
	readonly metadata: MetadataRule;
	readonly authorship: Authorship;
	readonly options: WriteOptions;
}

/** One write, on its way. */
interface Job {
	/** With its metadata. */
	readonly write: DocumentWrite;
	retriesLeft: number;
}

interface PlannedJob {
	readonly job: Job;
	readonly operation: WriteOperation;
	readonly current: StoredDocument | null;
}

/**
 * One outcome per write, in order. Most batches are one round, which is one call of the store. Where the specifications or a deletion of fields
 * must see documents first, a round takes the next write of each document, and those that met a conflict stay for the next one: so the writes of
 * one document happen in order.
 */
export async function writeAll(
	writes: readonly DocumentWrite[],
	context: WriteContext,
): Promise<DocumentOutcome[]> {
	const outcomes = new Map<Job, DocumentOutcome>();
	const jobs = writes.map((write) => toJob(write, context));
	let waiting: readonly Job[] = jobs;
	while (waiting.length > 0) {
		const round = nextRound(waiting, context.rules);
		try {
			await runRound(round, context, outcomes);
		} catch (error) {
			if (outcomes.size === 0) throw error;
			for (const job of waiting)
				if (!outcomes.has(job)) fail(outcomes, job, toOutcomeError(error));
		}
		waiting = waiting.filter((job) => !outcomes.has(job));
	}
	return jobs.flatMap((job) => outcomes.get(job) ?? []);
}

function toJob(
	write: DocumentWrite,
	{ authorship, metadata }: WriteContext,
): Job {
	const asked =
		"retryOnConflict" in write ? (write.retryOnConflict ?? 0) : RETRIES_MIN;
	return {
		write: withMetadata(write, authorship, metadata),
		retriesLeft: Math.max(asked, RETRIES_MIN),
	};
}

/** Everything, where nothing depends on a document; else the first waiting job of each document. */
function nextRound(
	waiting: readonly Job[],
	rules: DocumentRules | null,
): readonly Job[] {
	if (!waiting.some(({ write }) => dependsOnDocument(write, rules)))
		return waiting;
	const seen = new Set<string>();
	return waiting.filter(({ write: { id } }) => {
		if (id === undefined) return true;
		if (seen.has(id)) return false;
		seen.add(id);
		return true;
	});
}

async function runRound(
	round: readonly Job[],
	context: WriteContext,
	outcomes: Map<Job, DocumentOutcome>,
): Promise<void> {
	const { storage, target, rules, authorship, options } = context;
	const documents = await readDocuments(round, context);
	const planned: PlannedJob[] = [];
	for (const job of round) {
		const current = documents.get(job.write.id ?? "") ?? null;
		const refusal = findReservedName(job.write);
		const plan =
			refusal === null
				? planWrite(job.write, current, rules, authorship)
				: { error: refusal };
		if ("error" in plan) fail(outcomes, job, plan.error);
		else planned.push({ job, operation: plan.operation, current });
	}
	if (planned.length === 0) return;
	const operations = planned.map(({ operation }) => operation);
	const results = await storage.write(target, operations, options);
	planned.forEach((plan, i) => {
		const result = results[i];
		if (result !== undefined) settle(plan, result, outcomes);
	});
}

async function readDocuments(
	round: readonly Job[],
	{ storage, target, rules, options }: WriteContext,
): Promise<ReadonlyMap<string, StoredDocument>> {
	const ids = round.flatMap(({ write }) =>
		dependsOnDocument(write, rules) ? (write.id ?? []) : [],
	);
	if (ids.length === 0) return new Map();
	const { signal } = options;
	const found = await storage.mGet(target, ids, { signal });
	return new Map(
		found.flatMap((document) =>
			document === null ? [] : [[document.id, document] as const],
		),
	);
}

/** Leaves the job without an outcome when it is to be decided again. */
function settle(
	{ job, operation, current }: PlannedJob,
	result: WriteOutcome,
	outcomes: Map<Job, DocumentOutcome>,
): void {
	if (result.ok) {
		// Some replacements are made without reading what was there; here it was read.
		const before = result.before ?? current?.content;
		outcomes.set(job, before === undefined ? result : { ...result, before });
		return;
	}
	const { write } = job;
	const isConflict =
		isErrorId(result.error, "services.storage.document_already_exists") &&
		write.kind !== "create" &&
		!("ifRevision" in write && write.ifRevision !== undefined);
	if (!isConflict) fail(outcomes, job, result.error);
	else if (operation === write || job.retriesLeft === 0)
		fail(
			outcomes,
			job,
			createError("services.storage.too_many_changes", write.id),
		);
	else job.retriesLeft--;
}

function fail(
	outcomes: Map<Job, DocumentOutcome>,
	job: Job,
	error: GatewayError,
): void {
	const { write } = job;
	outcomes.set(job, { ok: false, id: write.id ?? null, error, sent: write });
}

function toOutcomeError(error: unknown): GatewayError {
	return error instanceof GatewayError
		? error
		: createErrorFrom(error, "portico.call.outcome_unknown");
}
