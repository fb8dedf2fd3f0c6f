import type { SentError } from "./thread-errors.ts";

export interface ReaderStart {
	readonly file: string;
	/** One Int32 shared by both threads: the id of the request that nobody wants any more. */
	readonly unwanted: SharedArrayBuffer;
}

export interface ReaderRequest {
	readonly id: number;
	/** The address of the program's module. */
	readonly program: string;
	readonly payload: unknown;
}

export type ReaderReply =
	| { readonly id: number; readonly value: unknown; readonly error?: never }
	| { readonly id: number; readonly error: SentError };
