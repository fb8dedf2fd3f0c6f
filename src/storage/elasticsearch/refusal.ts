import { isObject } from "../../lib/json.ts";

/** An answer of Elasticsearch that says no. Never leaves the adapter: `translate-refusal.ts` makes a GatewayError of it. */
export class Refusal extends Error {
	override name = "Refusal";
	readonly status: number;
	/** Elasticsearch's own name of the failure, such as `index_not_found_exception`. */
	readonly type: string;

	constructor(status: number, type: string, reason: string) {
		super(reason);
		this.status = status;
		this.type = type;
	}
}

export function isMissingIndice(error: unknown): boolean {
	return error instanceof Refusal && error.type === "index_not_found_exception";
}

/** From the client's ResponseError. */
export function toRefusal(error: unknown): Refusal {
	const { statusCode, body, message } = error as {
		statusCode?: number;
		body?: unknown;
		message: string;
	};
	const failure = isObject(body) ? body.error : undefined;
	return refusalOf(statusCode ?? 500, failure, message);
}

/** From the `error` member of an answer, or of one item of an answer. */
export function refusalOf(
	status: number,
	failure: unknown,
	fallback = `HTTP ${status}`,
): Refusal {
	if (typeof failure === "string") return new Refusal(status, "", failure);
	if (!isObject(failure)) return new Refusal(status, "", fallback);
	// "all shards failed" says nothing: the first root cause is what a person wants to read.
	const roots = failure.root_cause;
	const root = Array.isArray(roots) && isObject(roots[0]) ? roots[0] : failure;
	const reasons = [root.reason, deepestReason(root.caused_by)];
	const reason = reasons.filter((text) => typeof text === "string").join(": ");
	return new Refusal(status, String(root.type ?? ""), reason || fallback);
}

function deepestReason(cause: unknown): string | undefined {
	let reason: string | undefined;
	for (let at = cause; isObject(at); at = at.caused_by) {
		if (typeof at.reason === "string") reason = at.reason;
	}
	return reason;
}
