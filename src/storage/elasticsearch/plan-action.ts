import { createError, type GatewayError } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import { mergeDocuments } from "../merge-documents.ts";
import type { StoredDocument, Target, WriteOperation } from "../storage.ts";
import { type Condition, isValidId, toCondition } from "./stored-document.ts";

/** One operation of a write, on its way. */
export interface Job {
	readonly operation: WriteOperation;
	readonly id: string;
	/** Where its outcome goes. */
	readonly place: number;
	/** How often a conflict may still send it back to the start. */
	retriesLeft: number;
}

/** What Elasticsearch is asked to do for a job. */
export interface Action {
	readonly job: Job;
	readonly verb: "create" | "index" | "delete";
	/** The document as it will be; absent for a deletion. */
	readonly content?: JsonObject;
	/** The revision that must still hold. */
	readonly condition?: Condition;
	/** The document as it was, where that is known. */
	readonly before?: JsonObject | null;
}

/** Whether the job depends on the document as it is. */
export function needsReading({ operation: { kind } }: Job): boolean {
	return kind !== "create" && kind !== "createOrReplace";
}

/** Answers the failure where it is plain before anything is sent. */
export function planAction(
	job: Job,
	current: StoredDocument | null,
	target: Target,
): Action | GatewayError {
	const { operation } = job;
	const mayCreate = operation.kind === "upsert" || !needsReading(job);
	if (mayCreate && !isValidId(job.id)) {
		return createError(
			"services.storage.unexpected_bad_request",
			"a document id has 1 to 512 bytes of valid Unicode",
		);
	}
	switch (operation.kind) {
		case "create":
			return { job, verb: "create", content: operation.content, before: null };
		case "createOrReplace":
			return planReplacement(job, operation);
		case "upsert":
			return planUpsert(job, operation, current);
		default:
			return current === null
				? notFound(job.id, target)
				: planChange(job, operation, current);
	}
}

type Of<Kind extends WriteOperation["kind"]> = Extract<
	WriteOperation,
	{ kind: Kind }
>;

function planReplacement(
	job: Job,
	{ content, ifRevision }: Of<"createOrReplace">,
): Action | GatewayError {
	if (ifRevision === undefined) return { job, verb: "index", content };
	const condition = toCondition(ifRevision);
	return condition === null
		? conflict()
		: { job, verb: "index", content, condition };
}

function planUpsert(
	job: Job,
	operation: Of<"upsert">,
	current: StoredDocument | null,
): Action | GatewayError {
	const base = current?.content ?? operation.default;
	const content = mergeDocuments(base, operation.changes);
	return current === null
		? { job, verb: "create", content, before: null }
		: { job, verb: "index", content, ...state(current) };
}

function planChange(
	job: Job,
	operation: Of<"replace" | "update" | "delete">,
	current: StoredDocument,
): Action | GatewayError {
	const { ifRevision } = operation;
	if (ifRevision !== undefined && ifRevision !== current.revision) {
		return conflict();
	}
	switch (operation.kind) {
		case "delete":
			return { job, verb: "delete", ...state(current) };
		case "replace":
			return {
				job,
				verb: "index",
				content: operation.content,
				...state(current),
			};
		case "update":
			return {
				job,
				verb: "index",
				content: mergeDocuments(current.content, operation.changes),
				...state(current),
			};
	}
}

function state({ content, revision }: StoredDocument) {
	const condition = toCondition(revision);
	return { before: content, ...(condition === null ? {} : { condition }) };
}

function conflict(): GatewayError {
	return createError("services.storage.document_already_exists");
}

function notFound(id: string, { index, collection }: Target): GatewayError {
	return createError("services.storage.not_found", id, index, collection);
}
