import type { Cookie, RawContent } from "../call/reply.ts";
import type { GatewayError } from "../errors/gateway-error.ts";

/** What a handler returns when a plain value does not say it all. */
export class Answer {
	readonly result: unknown;
	readonly extra: AnswerExtra;

	constructor(result: unknown, extra: AnswerExtra) {
		this.result = result;
		this.extra = extra;
	}
}

export interface AnswerExtra {
	readonly status?: number;
	/** Response headers, lower case. */
	readonly headers?: Readonly<Record<string, string>>;
	readonly cookies?: readonly Cookie[];
	/** Sent in place of the envelope. */
	readonly raw?: RawContent;
	/** A failure that leaves the result in place (`server:healthCheck`). Its status becomes the response's. */
	readonly error?: GatewayError;
}
