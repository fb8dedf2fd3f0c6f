/** A set of connections that ask and count the answers, as fast as these come. */
export interface LoadClient {
	/** Resolves once every connection is open. */
	open(): Promise<void>;
	/** Begins to ask. */
	start(): void;
	/** Answers so far. */
	readonly answers: number;
	/** Why it had to give up: an answer that is not the expected one, or a connection that was lost. */
	readonly failure: Error | undefined;
	close(): void;
}
