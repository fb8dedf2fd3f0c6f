/** Write operations and their outcomes, as they travel to the writer thread and back. */

import type { ErrorId } from "../../errors/catalogue.ts";
import { createError, type GatewayError } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { WriteOperation, WriteOutcome } from "../storage.ts";
import type { SentOperation, SentOutcome } from "./messages.ts";

/** An operation without an id gets one of `newId`. */
export function toSentOperation(
	operation: WriteOperation,
	newId: () => string,
): SentOperation {
	switch (operation.kind) {
		case "create": {
			const { kind, id = newId(), content } = operation;
			return { kind, id, content: JSON.stringify(content) };
		}
		case "createOrReplace":
		case "replace": {
			const { kind, id, content, ifRevision } = operation;
			return { kind, id, ifRevision, content: JSON.stringify(content) };
		}
		case "update": {
			const { kind, id, changes, ifRevision } = operation;
			return { kind, id, ifRevision, changes: JSON.stringify(changes) };
		}
		case "upsert": {
			const { kind, id, changes, default: base } = operation;
			return {
				kind,
				id,
				changes: JSON.stringify(changes),
				default: JSON.stringify(base),
			};
		}
		case "delete": {
			const { kind, id, ifRevision } = operation;
			return { kind, id, ifRevision };
		}
	}
}

/** About what the operations take in memory. */
export function bytesOf(operations: readonly SentOperation[]): number {
	let bytes = 0;
	for (const operation of operations) {
		bytes += 200 + operation.id.length;
		if ("content" in operation) bytes += operation.content.length;
		if ("changes" in operation) bytes += operation.changes.length;
		if ("default" in operation) bytes += operation.default.length;
	}
	return bytes;
}

export function fromSentOutcome(
	outcome: SentOutcome,
	id: string,
	operation: WriteOperation,
): WriteOutcome {
	if (!outcome.ok)
		return { ok: false, id, error: toError(outcome.id, outcome.props) };
	const { version, revision, created, before } = outcome;
	const after = contentAfter(outcome, operation);
	return {
		ok: true,
		id,
		version,
		revision,
		created,
		before: before === null ? null : (JSON.parse(before) as JsonObject),
		...(after === undefined ? {} : { after }),
	};
}

function contentAfter(
	outcome: Extract<SentOutcome, { ok: true }>,
	operation: WriteOperation,
): JsonObject | undefined {
	if (outcome.after !== undefined)
		return JSON.parse(outcome.after) as JsonObject;
	return "content" in operation ? operation.content : undefined;
}

/** The parameters fit the id, since they are those of an error that was made by it. */
function toError(id: ErrorId, props: readonly unknown[]): GatewayError {
	const create = createError as (
		id: ErrorId,
		...props: readonly unknown[]
	) => GatewayError;
	return create(id, ...props);
}
