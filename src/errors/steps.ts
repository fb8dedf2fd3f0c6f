import { createErrorFrom, isErrorId } from "./gateway-error.ts";

/** Runs one step of a piece of work. */
export type RunStep = <T>(step: () => Promise<T>) => Promise<T>;

/**
 * For work that is made of several writes. A store that is away, or a limit that is passed, says that nothing was changed, which is no longer true
 * once a step has been done: then the outcome of the whole is unknown (`portico.call.outcome_unknown`).
 */
export function createSteps({ begun = false } = {}): RunStep {
	let hasBegun = begun;
	return async (step) => {
		try {
			const result = await step();
			hasBegun = true;
			return result;
		} catch (error) {
			if (!hasBegun || !saysNothingWasDone(error)) throw error;
			throw createErrorFrom(error, "portico.call.outcome_unknown");
		}
	};
}

function saysNothingWasDone(error: unknown): boolean {
	return (
		isErrorId(error, "services.storage.not_connected") ||
		isErrorId(error, "portico.call.timeout")
	);
}
