import type { RouteMatch } from "../../src/action/routes.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import type { Exchange } from "./exchange.ts";
import type { AnswerWriter } from "./write-answer.ts";

/** Where a client follows a collection. No route of Kuzzle's: there it reads a document of that id. */
export const EVENT_STREAM_PATH = "/:index/:collection/_subscribe";

/** Answers that last: what happens in a collection, for as long as the client stays. */
export interface EventStreams {
	/** The subscription that a request asks for. Throws why it is refused. */
	decode(exchange: Exchange, match: RouteMatch, volatile: unknown): Envelope;
	/** Answers it: with a stream, or with what it was refused with. */
	follow(
		exchange: Exchange,
		subscription: Envelope,
		writer: AnswerWriter,
	): Promise<void>;
	/** Ends every stream, and those that are about to begin. The protocol hands over no more. */
	close(): void;
}
