import { Answer } from "../action/answer.ts";
import type { Action, CallContext } from "../action/define-action.ts";
import type { ActionRegistry } from "../action/registry.ts";
import { createError, type GatewayError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Admission } from "./admission.ts";
import { type Caller, isAnonymous } from "./caller.ts";
import type { Connection } from "./connection.ts";
import { Deadline } from "./deadline.ts";
import type { Envelope, Response } from "./envelope.ts";
import type { Execute } from "./execute-types.ts";
import type { Reply } from "./reply.ts";
import { assertSdkVersion } from "./sdk-version.ts";
import { addStack, toGatewayError } from "./to-gateway-error.ts";

/**
 * What becomes of the request's cookie: `required` to be good where there is one, `tolerated` when it is not, or `left` to the action, which then
 * runs as anonymous.
 */
export type CookieUse = "required" | "tolerated" | "left";

/** What the pipeline asks of the security services. Answers that need no waiting are not promises. */
export interface Gatekeeper {
	/** Rejects origins and hosts that may not come in. `usesCookie`: the request authenticates by its cookie. */
	assertOrigin(connection: Connection): void;
	/** Rejects with `security.token.invalid` and the like. */
	authenticate(
		envelope: Envelope,
		connection: Connection,
		cookieUse: CookieUse,
	): Caller | Promise<Caller>;
	/** Rejects with `security.rights.unauthorized` or `forbidden`. */
	assertAllowed(caller: Caller, envelope: Envelope): void | Promise<void>;
	/** Rejects with `api.process.too_many_requests` or `too_many_logins_requests`. */
	assertRate(
		caller: Caller,
		connection: Connection,
		kind: Action["rateLimit"],
	): void | Promise<void>;
}

/** Called before and after each action's handler, in the order of registration. */
export interface Hooks {
	readonly before: readonly ((
		context: CallContext,
		action: Action,
	) => void | Promise<void>)[];
	readonly after: readonly ((
		response: Response,
		context: CallContext,
		action: Action,
	) => void | Promise<void>)[];
}

/** What the pipeline tells of each request that ended, for metrics and the access log. */
export interface CallObserver {
	ended(call: {
		readonly response: Response;
		readonly connection: Connection;
		readonly caller: Caller | null;
		readonly startedAt: number;
	}): void;
}

export interface ExecuteDependencies {
	readonly registry: ActionRegistry;
	readonly gatekeeper: Gatekeeper;
	/** Rejects requests while the gateway cannot serve any: before its store is there, and once it stops. */
	readonly assertServing: () => void;
	readonly admission: Admission;
	readonly hooks: Hooks;
	readonly clock: Clock;
	readonly log: Log;
	readonly observer?: CallObserver;
	readonly requestTimeoutMs: number;
	readonly strictSdkVersion: boolean;
	/** Adds stack traces to answers. */
	readonly development: boolean;
}

/**
 * The way of every request, from the names of its controller and action to its response. The order is part of the protocol: a
 * stranger gets 401 for an action that does not exist, and arguments are read after the hooks, which may rewrite them.
 * What need not wait does not: a call whose token and rights are known runs in one go.
 */
export function createExecute(dependencies: ExecuteDependencies): Execute {
	const { registry, gatekeeper, admission, hooks, clock, log, observer } =
		dependencies;

	return async function execute(envelope, connection, aborted) {
		const startedAt = clock.now();
		const deadline = new Deadline(
			clock,
			startedAt + dependencies.requestTimeoutMs,
			aborted,
		);
		let caller: Caller | null = null;
		let admitted = false;
		let reply: Reply;
		try {
			const { controller, action: name } = assertNames(envelope);
			assertTargets(envelope);
			gatekeeper.assertOrigin(connection);
			dependencies.assertServing();
			const slot = admission.enter();
			if (slot !== undefined) await waitInLine(slot, deadline, admission);
			admitted = true;

			const declared = registry.get(controller, name);
			const cookieUse = cookieUseOf(declared, envelope);
			const identified = gatekeeper.authenticate(
				envelope,
				connection,
				cookieUse,
			);
			caller = isPromise(identified)
				? await deadline.before(identified)
				: identified;
			const allowed = gatekeeper.assertAllowed(caller, envelope);
			if (allowed !== undefined) await deadline.before(allowed);
			const counted = gatekeeper.assertRate(
				caller,
				connection,
				rateOf(declared, caller),
			);
			if (counted !== undefined) await deadline.before(counted);

			const action = declared ?? registry.find(controller, name);
			if (dependencies.strictSdkVersion) assertSdkVersion(envelope.volatile);

			const context: CallContext = {
				envelope,
				connection,
				caller,
				signal: () => deadline.signal(),
			};
			for (const hook of hooks.before) {
				const waited = hook(context, action);
				if (waited !== undefined) await deadline.before(waited);
			}
			const running = action.run(context);
			const result = isPromise(running)
				? await deadline.limit(running)
				: running;
			reply = succeed(envelope, result);
			for (const hook of hooks.after) {
				const waited = hook(reply.response, context, action);
				if (waited !== undefined) await deadline.limit(waited);
			}
		} catch (thrown) {
			reply = fail(
				envelope,
				deadline.isClientGone(thrown)
					? createError("portico.call.timeout")
					: toGatewayError(thrown, envelope, log),
			);
			if (dependencies.development) addStack(reply.response, thrown);
		} finally {
			deadline.end();
			if (admitted) admission.leave();
		}
		observer?.ended({
			response: reply.response,
			connection,
			caller,
			startedAt,
		});
		return reply;
	};
}

/** Who gives up waiting hands its slot on as soon as it gets one. */
async function waitInLine(
	slot: Promise<void>,
	deadline: Deadline,
	admission: Admission,
): Promise<void> {
	try {
		await deadline.before(slot);
	} catch (error) {
		void slot.then(() => admission.leave());
		throw error;
	}
}

function assertNames(envelope: Envelope): {
	controller: string;
	action: string;
} {
	const { controller, action } = envelope;
	if (!controller)
		throw createError("api.assert.missing_argument", "controller");
	if (!action) throw createError("api.assert.missing_argument", "action");
	return { controller, action };
}

/** `targets` names several collections at once; beside `index` or `collection` it would be ambiguous. */
function assertTargets({ args }: Envelope): void {
	const { targets } = args;
	if (!Array.isArray(targets) || targets.length === 0) return;
	if (args.index || args.collection) {
		throw createError(
			"api.assert.mutually_exclusive",
			"index, collection",
			"targets",
		);
	}
}

function cookieUseOf(
	action: Action | undefined,
	envelope: Envelope,
): CookieUse {
	if (action === undefined || !asksForCookie(envelope)) return "required";
	if (action.readsCookie) return "left";
	return action.toleratesBadCookie ? "tolerated" : "required";
}

function asksForCookie({ args, notation }: Envelope): boolean {
	const asked = args.cookieAuth;
	return notation === "query" ? asked !== undefined : asked === true;
}

function rateOf(
	action: Action | undefined,
	caller: Caller,
): Action["rateLimit"] {
	if (action === undefined) return "user";
	if (action.rateLimit === "none" && isAnonymous(caller)) return "user";
	return action.rateLimit;
}

function succeed(envelope: Envelope, result: unknown): Reply {
	if (!(result instanceof Answer)) {
		return { response: respond(envelope, 200, result), cookies: [] };
	}
	const { extra } = result;
	const error = extra.error?.toJSON() ?? null;
	const response = respond(
		envelope,
		extra.error?.status ?? extra.status ?? 200,
		result.result,
		error,
	);
	if (extra.headers !== undefined) response.headers = { ...extra.headers };
	return {
		response,
		cookies: extra.cookies ?? [],
		...(extra.raw === undefined ? {} : { raw: extra.raw }),
	};
}

function fail(envelope: Envelope, error: GatewayError): Reply {
	return {
		response: respond(envelope, error.status, null, error.toJSON()),
		cookies: [],
	};
}

function respond(
	envelope: Envelope,
	status: number,
	result: unknown,
	error: Response["error"] = null,
): Response {
	const { args } = envelope;
	const response: Response = {
		status,
		error,
		controller: envelope.controller,
		action: envelope.action,
		requestId: envelope.requestId,
		volatile: envelope.volatile,
		headers: {},
		result,
	};
	if (args.index !== undefined) response.index = args.index;
	if (args.collection !== undefined) {
		response.collection = args.collection;
	}
	return response;
}

function isPromise(value: unknown): value is Promise<unknown>;
function isPromise<T>(value: T | Promise<T>): value is Promise<T>;
function isPromise(value: unknown): boolean {
	return (
		typeof value === "object" &&
		value !== null &&
		typeof (value as { then?: unknown }).then === "function"
	);
}
