import type { HttpQuestion } from "../lib/exchange.ts";
import { bearer, type Person } from "./people.ts";

/** The request that makes a key for its caller. */
export function createKey(
	{ loginToken }: Person,
	refresh: "false" | "wait_for",
): HttpQuestion {
	return {
		method: "POST",
		path: `/api-keys/_create?refresh=${refresh}`,
		headers: bearer(loginToken),
		body: { description: "bench key" },
	};
}
