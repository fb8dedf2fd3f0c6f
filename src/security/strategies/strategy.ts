import type { Connection } from "../../call/connection.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { SearchRequest } from "../../search/query.ts";

/**
 * A way to log in, as a value. The local strategy (user name and password) is one; applications bring their own.
 * Credentials are what a client sends: untrusted, any JSON object.
 */
export interface Strategy {
	readonly name: string;
	/** Names of the credential fields, for `security:getCredentialFields`. */
	readonly fields: readonly string[];
	/**
	 * Answers whose credentials these are, why they are no good, or what the client is to do next. They are the request's body; of a
	 * request without one, its arguments, where a callback finds its query string. Rejects for faults of the server or of its store, and
	 * with a client error of its own for good credentials that may not be used: neither counts as a failed login.
	 */
	verify(
		credentials: Readonly<Record<string, unknown>>,
		context: LoginContext,
	): Promise<Verdict>;
	/**
	 * The account that the credentials claim to be of, so that failures are counted by it; null when they name none. Says nothing of
	 * whether there is such an account. Absent: failures are counted by address alone.
	 */
	accountOf?(credentials: Readonly<Record<string, unknown>>): string | null;
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
	/** As `getInfo`, by the strategy's own id (local: the username). Absent: nothing is shown. */
	getById?(id: string, context: StrategyContext): Promise<JsonObject>;
	/**
	 * Finds credentials, each answered as `getInfo` does. Rejects with a client error for a query or a sort by what is not to be searched.
	 * Absent: they cannot be searched.
	 */
	search?(
		request: SearchRequest,
		context: StrategyContext,
	): Promise<{ readonly hits: readonly JsonObject[]; readonly total: number }>;
}

export interface StrategyContext {
	/** Whether to wait until searches see the change. */
	readonly refresh?: "wait_for" | false;
	/** The kuid of who asks, for the record of who changed a password last; null or absent: nobody, or the gateway itself. */
	readonly caller?: string | null | undefined;
	/** Present when users change or delete credentials of their own, by the actions for that: what they gave as their current password. */
	readonly owner?: { readonly currentPassword: unknown } | undefined;
	readonly signal?: AbortSignal | undefined;
}

export interface LoginContext extends StrategyContext {
	readonly client: LoginClient;
}

/** Where a login comes from. A strategy of several steps ties them together by what it finds here, such as a cookie of its own. */
export type LoginClient = Pick<
	Connection,
	"protocol" | "address" | "headers" | "secure"
>;

export type Verdict =
	| { readonly ok: true; readonly kuid: string }
	/** The reason is shown to the client: the same for an unknown name and a wrong password. */
	| { readonly ok: false; readonly reason: string }
	| NextStep;

/** Nobody is logged in yet: this answer tells the client how to go on, such as a redirect (302 and `location`). */
export interface NextStep {
	readonly ok: "continue";
	readonly status: number;
	/** Lower-case names. Over other protocols than HTTP they are the `headers` of the answer. */
	readonly headers?: Readonly<Record<string, string>>;
	/** The answer's `result`. */
	readonly content?: unknown;
}
