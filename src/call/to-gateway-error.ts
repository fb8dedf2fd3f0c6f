import { createError, GatewayError } from "../errors/gateway-error.ts";
import type { Log } from "../lib/log.ts";
import type { Envelope, Response } from "./envelope.ts";

/** The one place that turns what was thrown into what a client reads. It trusts nothing on a foreign object. */
export function toGatewayError(
	thrown: unknown,
	envelope: Envelope,
	log: Log,
): GatewayError {
	const { controller, action, requestId } = envelope;
	const fields = { controller, action, requestId };
	if (isA(GatewayError, thrown)) {
		if (thrown.status >= 500) {
			const { id: errorId, cause } = thrown;
			write(
				log,
				"warn",
				{ ...fields, errorId },
				cause ?? thrown,
				"A request failed",
			);
		}
		return thrown;
	}
	const err = isA(Error, thrown) ? thrown : new Error(typeof thrown);
	write(log, "error", fields, err, "A request met a defect");
	return createError(
		"plugin.runtime.unexpected_error",
		"internal error: the server's log has the details",
	);
}

/** For development only. */
export function addStack(response: Response, thrown: unknown): void {
	if (response.error === null || !isA(Error, thrown)) return;
	try {
		const { stack } = thrown;
		if (typeof stack === "string") response.error.stack = stack;
	} catch {
		// It has none to show.
	}
}

/** Some objects throw when they are looked at; the call is answered all the same. */
function write(
	log: Log,
	level: "warn" | "error",
	fields: object,
	err: unknown,
	message: string,
): void {
	try {
		log[level]({ ...fields, err }, message);
	} catch {
		log[level](fields, `${message} that cannot be described`);
	}
}

/** `instanceof`, for objects that may throw at it. */
function isA<T>(
	kind: abstract new (...args: never[]) => T,
	value: unknown,
): value is T {
	try {
		return value instanceof kind;
	} catch {
		return false;
	}
}
