import type { Caller } from "../../src/call/caller.ts";
import { isAnonymous } from "../../src/call/caller.ts";
import { createError } from "../../src/errors/gateway-error.ts";

/** Refuses callers who have not logged in, for actions that make no sense without a user. */
export function assertLoggedIn(caller: Caller, action: string): void {
	if (isAnonymous(caller) || caller.token === null) {
		throw createError("security.rights.unauthorized", "auth", action);
	}
}
