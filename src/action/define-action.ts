import { type Caller, isAnonymous } from "../call/caller.ts";
import type { Connection } from "../call/connection.ts";
import type { Envelope } from "../call/envelope.ts";
import { createError } from "../errors/gateway-error.ts";
import type { Args, ArgValues } from "./args.ts";
import type { Body } from "./body.ts";
import type { JsonSchema } from "./json-schema.ts";

export type Verb = "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
/** Such as `GET /users/:_id`. */
export type Route = `${Verb} /${string}`;

/**
 * The declaration of an action. Everything that is known of it stands here: dispatch, HTTP routes, argument checks,
 * `server:publicApi`, OpenAPI and the reference pages are derived from it.
 */
export interface ActionSpec<A extends Args, B> {
	/** `controller:action`. */
	readonly name: `${string}:${string}`;
	/** One sentence. */
	readonly summary: string;
	readonly http: readonly Route[];
	/** Read in this order, before the body. */
	readonly args: A;
	readonly body: Body<B>;
	/** Shape of the result. Null: the action answers none. */
	readonly result: JsonSchema | null;
	readonly deprecatedRoutes?: readonly DeprecatedRoute[];
	/** `login`: counted against limits.loginsPerSecond. `none`: never limited for a logged-in caller. */
	readonly rateLimit?: "login" | "none";
	/** With a true `cookieAuth` argument, the request runs as anonymous, and the action itself reads the cookie. */
	readonly readsCookie?: true;
	/** With a true `cookieAuth` argument, a cookie that is no good makes the caller anonymous instead of refusing the request. */
	readonly toleratesBadCookie?: true;
	/** Refuses callers without a login token or key, whatever the roles say, before it reads an argument. */
	readonly needsLogin?: true;
	readonly handler: (call: Call<ArgValues<A>, B>) => unknown;
}

export interface DeprecatedRoute {
	readonly route: Route;
	readonly since: string;
	/** What to use instead; absent: nothing. */
	readonly replacedBy?: string;
}

/** What a handler is given. It returns a value, an `Answer`, or a promise of either, or throws. */
export interface Call<A, B> extends CallContext {
	readonly args: A;
	readonly body: B;
}

export interface CallContext {
	readonly envelope: Envelope;
	readonly connection: Connection;
	readonly caller: Caller;
	/** Fires when the client is gone or the call's deadline passed. Made when first asked for. */
	signal(): AbortSignal;
}

/** An action, ready to run. */
export interface Action {
	readonly name: string;
	readonly controller: string;
	readonly action: string;
	readonly summary: string;
	readonly http: readonly Route[];
	readonly args: Args;
	readonly body: Body<unknown>;
	readonly result: JsonSchema | null;
	readonly deprecatedRoutes: readonly DeprecatedRoute[];
	readonly rateLimit: "login" | "none" | "user";
	readonly readsCookie: boolean;
	readonly toleratesBadCookie: boolean;
	run(context: CallContext): unknown;
}

export function defineAction<const A extends Args, B>(
	spec: ActionSpec<A, B>,
): Action {
	const [controller = "", action = ""] = spec.name.split(":");
	const readers = Object.entries(spec.args);
	return {
		name: spec.name,
		controller,
		action,
		summary: spec.summary,
		http: spec.http,
		args: spec.args,
		body: spec.body,
		result: spec.result,
		deprecatedRoutes: spec.deprecatedRoutes ?? [],
		rateLimit: spec.rateLimit ?? "user",
		readsCookie: spec.readsCookie ?? false,
		toleratesBadCookie: spec.toleratesBadCookie ?? false,
		run(context) {
			const { envelope, connection, caller } = context;
			if (spec.needsLogin && (isAnonymous(caller) || caller.token === null)) {
				throw createError("security.rights.unauthorized", controller, action);
			}
			const args: Record<string, unknown> = {};
			for (const [name, arg] of readers) {
				args[name] = arg.read(envelope.args[name], name, envelope.notation);
			}
			return spec.handler({
				envelope,
				connection,
				caller,
				signal: () => context.signal(),
				args: args as ArgValues<A>,
				body: spec.body.read(envelope.body),
			});
		},
	};
}
