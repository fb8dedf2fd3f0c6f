/** A read program for tests of the reader thread: statements that take long, and a crash. */
import type { Connection } from "../../../src/sqlite/connection.ts";
import { moduleUrl, type ReadProgram } from "../../../src/sqlite/program.ts";

export const COUNTING = moduleUrl("counting", import.meta.url);

/** Counts to `to`, looking now and then whether somebody still waits. "crash" ends the thread. */
export type CountingRequest = { readonly to: number } | "crash";

export function createProgram(connection: Connection): ReadProgram {
	return {
		run(request) {
			if (request === "crash") return process.exit(1);
			const { to } = request as { to: number };
			const row = connection.get<{ n: number }>(
				`WITH RECURSIVE numbers (n) AS (
					SELECT 1 UNION ALL SELECT n + 1 FROM numbers
					WHERE n < ? AND ((n & 1023) <> 0 OR still_wanted())
				) SELECT max(n) AS n FROM numbers`,
				to,
			);
			return row?.n;
		},
	};
}
