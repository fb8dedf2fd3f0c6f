import type { GatewayError } from "../errors/gateway-error.ts";
import type { Response } from "./envelope.ts";

/** What a failed request that never reached an action still knows of itself. */
interface Known {
	readonly requestId: unknown;
	readonly volatile?: Response["volatile"];
}

/** The answer to a request that a protocol could not make an envelope of. */
export function failureResponse(error: GatewayError, known: Known): Response {
	return {
		status: error.status,
		error: error.toJSON(),
		controller: null,
		action: null,
		requestId: known.requestId,
		volatile: known.volatile ?? null,
		headers: {},
		result: null,
	};
}

/** The answer of an endpoint that is no action: health checks, HEAD, OPTIONS. */
export function plainResponse(
	status: number,
	result: unknown,
	known: Known,
): Response {
	return {
		status,
		error: null,
		controller: null,
		action: null,
		requestId: known.requestId,
		volatile: known.volatile ?? null,
		headers: {},
		result,
	};
}
