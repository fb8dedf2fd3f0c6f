import type { ErrorId } from "../errors/catalogue.ts";
import { createError, GatewayError } from "../errors/gateway-error.ts";
import { toDiskError } from "./disk-errors.ts";

/** An error as it travels between threads: a catalogued one by id and parameters, any other by its words. */
export type SentError =
	| {
			readonly kind: "catalogued";
			readonly id: ErrorId;
			readonly props: readonly unknown[];
	  }
	| {
			readonly kind: "other";
			readonly message: string;
			readonly stack: string | undefined;
	  };

/** SQLite, or the code of a program, failed on a thread. The operation did not happen. */
export class ThreadFailure extends Error {
	constructor(message: string, stack: string | undefined) {
		super(message);
		this.name = "ThreadFailure";
		if (stack !== undefined) this.stack = stack;
	}
}

/** The thread is gone. `isSent` tells whether it had got the request, so that nobody can tell what became of it. */
export class ThreadGone extends Error {
	readonly isSent: boolean;

	constructor(isSent: boolean, cause: unknown) {
		super("The database thread has ended.", { cause });
		this.name = "ThreadGone";
		this.isSent = isSent;
	}
}

export function toSentError(thrown: unknown): SentError {
	const error = toDiskError(thrown) ?? thrown;
	if (error instanceof GatewayError && error.id !== undefined)
		return { kind: "catalogued", id: error.id, props: error.props ?? [] };
	return error instanceof Error
		? { kind: "other", message: error.message, stack: error.stack }
		: { kind: "other", message: String(error), stack: undefined };
}

export function fromSentError(sent: SentError): Error {
	if (sent.kind === "other") return new ThreadFailure(sent.message, sent.stack);
	// The parameters fit the id, since they are those of an error that was made by it.
	const create = createError as (
		id: ErrorId,
		...props: readonly unknown[]
	) => GatewayError;
	return create(sent.id, ...sent.props);
}
