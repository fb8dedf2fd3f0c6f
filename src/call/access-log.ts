import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { maskSecrets } from "../lib/mask-secrets.ts";
import type { CallObserver } from "./execute.ts";

/** A UUID has 36 characters, and no action's name has more. */
const CLIENT_TEXT_LENGTH_MAX = 128;

/**
 * One line per request, at level info (`server.accessLog`). It holds nothing of a request's arguments, body or headers. What
 * the client chose itself (its requestId, names of actions that do not exist) may hold a secret all the same, and is masked.
 */
export function createAccessLog({
	log,
	clock,
}: {
	readonly log: Log;
	readonly clock: Clock;
}): CallObserver {
	return {
		ended({ response, connection, caller, startedAt }) {
			log.info(
				{
					protocol: connection.protocol,
					address: connection.address,
					controller: toSafeText(response.controller),
					action: toSafeText(response.action),
					status: response.status,
					errorId: response.error?.id ?? null,
					durationMs: Math.max(0, clock.now() - startedAt),
					kuid: toSafeText(caller?.kuid ?? null),
					requestId: toSafeText(response.requestId),
					connectionId: connection.id,
				},
				"Request",
			);
		},
	};
}

/** Text that is too long to be a name is not shown in part: half a token no longer looks like one. */
function toSafeText(value: unknown): string | null {
	if (typeof value !== "string") return null;
	if (value.length > CLIENT_TEXT_LENGTH_MAX)
		return `[${value.length} characters]`;
	return maskSecrets(value);
}
