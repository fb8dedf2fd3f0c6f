import {
	createError,
	GatewayError,
	isErrorId,
} from "../../errors/gateway-error.ts";
import type { Ids } from "../../lib/ids.ts";
import type {
	Storage,
	StoredDocument,
	Target,
	WriteOperation,
	WriteOptions,
	WriteOutcome,
} from "../storage.ts";
import { applyActions } from "./apply-actions.ts";
import type { Catalog } from "./catalog.ts";
import type { Cluster } from "./cluster.ts";
import {
	type Action,
	type Job,
	needsReading,
	planAction,
} from "./plan-action.ts";
import type { Reader } from "./reads.ts";
import { isMissingIndice, type Refusal } from "./refusal.ts";
import type { SingleWrites } from "./single-writes.ts";
import { translateRefusal } from "./translate-refusal.ts";

/**
 * Conflicts that are ours to repeat. A partial update inside Elasticsearch is one step; here it is a read and a write
 * on condition, and what another caller writes between the two must not fail a caller who set no condition.
 */
const RETRIES_MIN = 10;
const JOBS_PER_ROUND_MAX = 1_000;

/**
 * Writes happen in rounds. A round takes the next operation of each document, reads what they depend on, and sends
 * them together; one that met a conflict and may retry stays for the next round. So the operations on one document
 * happen in order, and a batch on different documents costs two requests at most.
 */
export function createWrites(
	cluster: Cluster,
	catalog: Catalog,
	{ reader, single, ids }: WriteParts,
): Pick<Storage, "write"> {
	return {
		async write(target, operations, options = {}) {
			options.signal?.throwIfAborted();
			const context = { cluster, catalog, reader, single, target, options };
			const outcomes = new Outcomes(operations.length);
			let waiting = operations.map((operation, place) =>
				toJob(operation, place, ids),
			);
			while (waiting.length > 0) {
				const round = nextRound(waiting);
				try {
					await runRound(context, round, outcomes);
				} catch (error) {
					if (outcomes.isEmpty) throw error;
					giveUp(waiting, round, outcomes, {
						cause: error,
						signal: options.signal,
					});
				}
				waiting = waiting.filter((job) => !outcomes.has(job));
			}
			return outcomes.list();
		},
	};
}

export interface WriteParts {
	readonly reader: Reader;
	readonly single: SingleWrites;
	readonly ids: Ids;
}

interface RoundContext extends Omit<WriteParts, "ids"> {
	readonly cluster: Cluster;
	readonly catalog: Catalog;
	readonly target: Target;
	readonly options: WriteOptions;
}

/** One outcome per operation, in their order. */
class Outcomes {
	readonly #outcomes: (WriteOutcome | undefined)[];
	isEmpty = true;

	constructor(length: number) {
		this.#outcomes = Array.from({ length }, () => undefined);
	}

	has({ place }: Job): boolean {
		return this.#outcomes[place] !== undefined;
	}

	set({ place }: Job, outcome: WriteOutcome): void {
		this.#outcomes[place] = outcome;
		this.isEmpty = false;
	}

	fail(job: Job, error: GatewayError): void {
		this.set(job, { ok: false, id: job.id, error });
	}

	list(): WriteOutcome[] {
		return this.#outcomes.filter((outcome) => outcome !== undefined);
	}
}

function toJob(operation: WriteOperation, place: number, ids: Ids): Job {
	const retries =
		"retryOnConflict" in operation ? (operation.retryOnConflict ?? 0) : 0;
	const isConditional =
		"ifRevision" in operation && operation.ifRevision !== undefined;
	return {
		operation,
		id: operation.id ?? ids.document(),
		place,
		retriesLeft:
			isConditional || operation.kind === "create"
				? 0
				: Math.max(retries, RETRIES_MIN),
	};
}

/** The first waiting job of each document. */
function nextRound(waiting: readonly Job[]): Job[] {
	const round = new Map<string, Job>();
	for (const job of waiting) {
		if (round.size === JOBS_PER_ROUND_MAX) break;
		if (!round.has(job.id)) round.set(job.id, job);
	}
	return [...round.values()];
}

async function runRound(
	context: RoundContext,
	round: readonly Job[],
	outcomes: Outcomes,
): Promise<void> {
	const { catalog, target, options } = context;
	try {
		const alias = catalog.alias(target);
		const current = await readCurrent(context, round);
		const actions: Action[] = [];
		for (const job of round) {
			const plan = planAction(job, current.get(job.id) ?? null, target);
			if (plan instanceof GatewayError) outcomes.fail(job, plan);
			else actions.push(plan);
		}
		for await (const { action, result } of applyActions(
			context,
			alias,
			actions,
			options,
		)) {
			if ("ok" in result) outcomes.set(action.job, result);
			else settleRefusal(target, action.job, result, outcomes);
		}
	} catch (thrown) {
		const error = await catalog.explain(thrown, target, options);
		if (!(error instanceof GatewayError) || isLostConnection(error))
			throw error;
		for (const job of round) if (!outcomes.has(job)) outcomes.fail(job, error);
	}
}

async function readCurrent(
	{ reader, target, options }: RoundContext,
	round: readonly Job[],
): Promise<Map<string, StoredDocument>> {
	const ids = round.filter(needsReading).map(({ id }) => id);
	return ids.length === 0 ? new Map() : reader.read(target, ids, options);
}

/** Fails the job, or leaves it without an outcome, for the next round. */
function settleRefusal(
	target: Target,
	job: Job,
	refusal: Refusal,
	outcomes: Outcomes,
): void {
	const isConflict = refusal.type === "version_conflict_engine_exception";
	if (isConflict && job.retriesLeft > 0) {
		job.retriesLeft--;
		return;
	}
	// Without its indice no job of the round can succeed: one answer is for all.
	if (isMissingIndice(refusal)) throw refusal;
	outcomes.fail(job, translateRefusal(refusal, target));
}

function isLostConnection(error: GatewayError): boolean {
	return (
		isErrorId(error, "services.storage.not_connected") ||
		isErrorId(error, "portico.call.outcome_unknown")
	);
}

/**
 * The store was lost, or the caller left, when part of the work was done: what was done is told, and of the rest that
 * it was not, or that nobody knows.
 */
function giveUp(
	waiting: readonly Job[],
	round: readonly Job[],
	outcomes: Outcomes,
	{ cause, signal }: { cause: unknown; signal: AbortSignal | undefined },
): void {
	const isLost = cause instanceof GatewayError && isLostConnection(cause);
	const isAborted = signal?.aborted === true && cause === signal.reason;
	if (!isLost && !isAborted) throw cause;
	const now = isLost ? cause : createError("portico.call.timeout");
	const later = isLost ? createError("services.storage.not_connected") : now;
	const inRound = new Set(round);
	for (const job of waiting) {
		if (!outcomes.has(job)) outcomes.fail(job, inRound.has(job) ? now : later);
	}
}
