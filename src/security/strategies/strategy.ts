import type { JsonObject } from "../../lib/json.ts";

/**
 * A way to log in, as a value. The local strategy (user name and password) is one; applications bring their own.
 * Credentials are what a client sends: untrusted, any JSON object.
 */
export interface Strategy {
	readonly name: string;
	/** Names of the credential fields, for `security:getCredentialFields`. */
	readonly fields: readonly string[];
	/** Answers whose credentials these are, or why they are no good. Rejects only for faults of the server or of its store. */
	verify(
		credentials: Readonly<Record<string, unknown>>,
		context: StrategyContext,
	): Promise<Verdict>;
	exists(kuid: string, context: StrategyContext): Promise<boolean>;
	/** Rejects with a client error when `create` (or `update`) would refuse them. Changes nothing. */
	validate(
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		context: StrategyContext & { readonly update: boolean },
	): Promise<void>;
	/** Answers what may be shown of them. */
	create(
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		context: StrategyContext,
	): Promise<JsonObject>;
	update(
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		context: StrategyContext,
	): Promise<JsonObject>;
	/** Rejects with a client error when there are none. */
	delete(kuid: string, context: StrategyContext): Promise<void>;
	/** What may be shown of them; rejects with a client error when there are none. */
	getInfo(kuid: string, context: StrategyContext): Promise<JsonObject>;
}

export interface StrategyContext {
	/** Whether to wait until searches see the change. */
	readonly refresh?: "wait_for" | false;
	/** The kuid of who asks, for the record of who changed a password last; null or absent: nobody, or the gateway itself. */
	readonly caller?: string | null | undefined;
	readonly signal?: AbortSignal | undefined;
}

export type Verdict =
	| { readonly ok: true; readonly kuid: string }
	/** The reason is shown to the client: the same for an unknown name and a wrong password. */
	| { readonly ok: false; readonly reason: string };
