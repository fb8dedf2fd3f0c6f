import type { SentError } from "./thread-errors.ts";

export interface WriterRequest {
	readonly id: number;
	/** The address of the program's module. */
	readonly program: string;
	readonly payload: unknown;
}

export type WriterReply =
	| { readonly id: number; readonly value: unknown; readonly error?: never }
	| { readonly id: number; readonly error: SentError };

export type ToWriter =
	/** The first message, and only that. */
	| { readonly kind: "open"; readonly file: string }
	| { readonly kind: "load"; readonly program: string }
	| { readonly kind: "requests"; readonly requests: readonly WriterRequest[] }
	| { readonly kind: "close" };

export type FromWriter =
	| { readonly kind: "ready" }
	| {
			readonly kind: "loaded";
			readonly program: string;
			readonly error?: SentError;
	  }
	/** Of one group: all of it is committed, or what failed says so. */
	| { readonly kind: "replies"; readonly replies: readonly WriterReply[] }
	| { readonly kind: "closed" };
