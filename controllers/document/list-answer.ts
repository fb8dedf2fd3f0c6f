import type { DocumentOutcome } from "../../src/documents/documents.ts";
import {
	createMultipleError,
	isErrorId,
} from "../../src/errors/gateway-error.ts";

export interface ListAnswer {
	readonly successes: readonly unknown[];
	readonly errors: readonly unknown[];
}

/** What an action on several documents answers; throws what failed where it is asked to be strict. */
export function toListAnswer(
	answer: ListAnswer,
	strict: boolean,
	action: string,
): ListAnswer {
	if (!strict || answer.errors.length === 0) return answer;
	throw createMultipleError(
		answer.errors,
		"api.process.incomplete_multiple_request",
		action,
	);
}

/** Without its collection nothing can go well: that is one failure, not one per document. */
export function assertPlace(outcomes: readonly DocumentOutcome[]): void {
	for (const outcome of outcomes) {
		if (outcome.ok) return;
		const { error } = outcome;
		if (
			isErrorId(error, "services.storage.unknown_index") ||
			isErrorId(error, "services.storage.unknown_collection")
		)
			throw error;
	}
}
