import { createBareError } from "../errors/gateway-error.ts";
import type { Ids } from "../lib/ids.ts";
import { isObject } from "../lib/json.ts";
import type { Envelope } from "./envelope.ts";

/** A request before its parts were looked at: what a protocol has read, in whatever types it came. */
export interface UncheckedEnvelope {
	controller?: unknown;
	action?: unknown;
	body?: unknown;
	jwt?: unknown;
	volatile?: unknown;
	args: Record<string, unknown>;
	requestId: string;
	notation: Envelope["notation"];
}

/** Members of a payload that are not arguments of the action. */
const RESERVED: ReadonlySet<string> = new Set([
	"jwt",
	"volatile",
	"body",
	"controller",
	"action",
]);

/**
 * A JSON payload (WebSocket, MQTT, POST /_query) as an envelope; facts of the request envelope. A part of the wrong type is
 * a 400 with no id. What is not an object is too: there Kuzzle answers 500, or nothing at all for `null`.
 */
export function parseEnvelope(
	payload: unknown,
	ids: Ids,
	requestId?: string,
): Envelope {
	if (!isObject(payload)) {
		throw createBareError(400, "The request must be a JSON object.");
	}
	const args: Record<string, unknown> = Object.create(null);
	for (const key of Object.keys(payload)) {
		if (!RESERVED.has(key)) args[key] = payload[key];
	}
	const given = assertText(args.requestId, "requestId");
	return checkEnvelope({
		controller: own(payload, "controller"),
		action: own(payload, "action"),
		body: own(payload, "body"),
		jwt: own(payload, "jwt"),
		volatile: own(payload, "volatile"),
		args,
		requestId: requestId ?? (given || ids.uuid()),
		notation: "json",
	});
}

/** The id to answer a payload with that could not be parsed: the given one, even of the wrong type, else a new one. */
export function echoedRequestId(payload: unknown, ids: Ids): unknown {
	return (isObject(payload) && own(payload, "requestId")) || ids.uuid();
}

/** Checks the types of the parts. The args are taken over, not copied. */
export function checkEnvelope(parts: UncheckedEnvelope): Envelope {
	return {
		controller: assertText(parts.controller, "controller"),
		action: assertText(parts.action, "action"),
		body: assertBody(parts.body),
		jwt: assertText(parts.jwt, "jwt"),
		volatile: assertVolatile(parts.volatile),
		args: parts.args,
		requestId: parts.requestId,
		notation: parts.notation,
	};
}

function own(payload: Record<string, unknown>, key: string): unknown {
	return Object.hasOwn(payload, key) ? payload[key] : undefined;
}

function assertText(value: unknown, name: string): string | null {
	if (typeof value === "string") return value;
	if (value === undefined || value === null) return null;
	throw createBareError(400, `The attribute "${name}" must be a string.`);
}

function assertBody(value: unknown): Envelope["body"] {
	if (value === undefined || value === null) return null;
	if (typeof value === "object") {
		return value as Record<string, unknown> | unknown[];
	}
	throw createBareError(
		400,
		'The attribute "body" must be an object or an array.',
	);
}

/** The `volatile` of a request, from wherever it came. */
export function assertVolatile(value: unknown): Envelope["volatile"] {
	if (value === undefined || value === null) return null;
	if (isObject(value)) return value;
	throw createBareError(400, 'The attribute "volatile" must be an object.');
}
