import type { Connection } from "./connection.ts";

/**
 * What an adapter runs on the writer thread. Its module exports `createProgram: CreateWriteProgram`. Requests and replies
 * are plain data (they are cloned between threads).
 */
export interface WriteProgram {
	/**
	 * Handles one request inside the transaction of its group. What it throws undoes this request only and is what its
	 * sender gets; it must therefore never begin, commit or roll back anything itself. It may be called again for a request
	 * whose first try was undone.
	 */
	run(request: unknown): unknown;
	/** Called once before each commit, for what is written once a group. */
	beforeCommit?(): void;
	/** A request or a whole group was undone: forget what was remembered of the tables. */
	rolledBack?(): void;
	/** A small step of background work, in a transaction of its own, while nobody waits. True while there is more to do. */
	idle?(): boolean;
}

export type CreateWriteProgram = (connection: Connection) => WriteProgram;

/** What an adapter runs on the reader thread, one request at a time, in one read transaction each. Its module exports `createProgram: CreateReadProgram`. */
export interface ReadProgram {
	run(request: unknown): unknown;
}

/**
 * On the reader's connection SQL has a function `still_wanted()`: it answers 1, and ends the statement when the caller
 * has gone. A statement that may visit many rows calls it now and then.
 */
export type CreateReadProgram = (connection: Connection) => ReadProgram;

/**
 * The address of a module next to the one that asks, for `new Worker` and `import()`: the compiler rewrites the extension
 * of imports, but not of addresses.
 */
export function moduleUrl(name: string, askedBy: string): string {
	const extension = askedBy.endsWith(".ts") ? ".ts" : ".js";
	return new URL(`./${name}${extension}`, askedBy).href;
}
