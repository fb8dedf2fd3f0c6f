import type { Connection } from "./connection.ts";
import type { WriteProgram } from "./program.ts";

/** The name of the program that each writer thread has. */
export const PROBE_PROGRAM = "probe";

/** Writes to the file what it holds already: whether that can be committed tells whether the disk takes writes. */
export function createProbe(connection: Connection): WriteProgram {
	return {
		run() {
			const found = connection.get<{ user_version: number }>(
				"PRAGMA user_version",
			);
			connection.exec(`PRAGMA user_version=${Number(found?.user_version)}`);
			return null;
		},
	};
}
