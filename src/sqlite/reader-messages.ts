import type { SentError } from "./thread-errors.ts";

/**
 * Requests that are with the thread at once. Waking a thread costs as much as a small search, so the next ones are there when one is
 * done; each may bring a page of 64 MB, so there are few.
 */
export const IN_FLIGHT_MAX = 4;

export interface ReaderStart {
	readonly file: string;
	/** Int32s shared by both threads, one for each request in flight: its id, once nobody wants it any more. */
	readonly unwanted: SharedArrayBuffer;
}

export interface ReaderRequest {
	readonly id: number;
	/** The address of the program's module. */
	readonly program: string;
	readonly payload: unknown;
}

/** In place of a request: there will be no more. */
export const END = null;

export type ReaderReply =
	| { readonly id: number; readonly value: unknown; readonly error?: never }
	| { readonly id: number; readonly error: SentError };
