import {
	createError,
	createErrorFrom,
	GatewayError,
} from "../../errors/gateway-error.ts";
import { ThreadGone } from "../../sqlite/thread-errors.ts";

/** What the database threw, as the port promises it. `isWrite`: whether it may have happened without our hearing of it. */
export function translateError(error: unknown, isWrite: boolean): unknown {
	if (error instanceof GatewayError) return error;
	if (error instanceof ThreadGone)
		return isWrite && error.isSent
			? createErrorFrom(error, "portico.call.outcome_unknown")
			: createErrorFrom(error, "services.storage.not_connected");
	const reason = error instanceof Error ? error.message : String(error);
	return createErrorFrom(error, "services.storage.unexpected_error", reason);
}

/** Runs a write that the caller may stop waiting for: from then on nobody can tell it what came of the write. */
export async function untilAborted<Result>(
	signal: AbortSignal | undefined,
	write: () => Promise<Result>,
): Promise<Result> {
	signal?.throwIfAborted();
	const result = write();
	if (signal === undefined) return result;
	// One promise, settled by whichever is first: a race of two would make four, for each write.
	return new Promise<Result>((resolve, reject) => {
		const onAbort = () => reject(createError("portico.call.outcome_unknown"));
		const stop = () => signal.removeEventListener("abort", onAbort);
		signal.addEventListener("abort", onAbort, { once: true });
		result.then(
			(value) => {
				stop();
				resolve(value);
			},
			(error: unknown) => {
				stop();
				reject(error);
			},
		);
	});
}
