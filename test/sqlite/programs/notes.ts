/** A write program for tests of the writer thread: a table of notes, and every way to fail. */
import { createError } from "../../../src/errors/gateway-error.ts";
import type { Connection } from "../../../src/sqlite/connection.ts";
import { moduleUrl, type WriteProgram } from "../../../src/sqlite/program.ts";

export const NOTES = moduleUrl("notes", import.meta.url);

export type NotesRequest =
	| { readonly kind: "note"; readonly text: string }
	/** Writes, then throws: a catalogued error or another. */
	| {
			readonly kind: "fail";
			readonly text: string;
			readonly isCatalogued: boolean;
	  }
	/** Lets the file grow no further, so that the disk seems full. */
	| { readonly kind: "fill" }
	/** Ends the thread, as a defect in it would. */
	| { readonly kind: "crash" };

export function createProgram(connection: Connection): WriteProgram {
	connection.exec(
		"CREATE TABLE IF NOT EXISTS notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL)",
	);
	return { run: (request) => run(connection, request as NotesRequest) };
}

function run(connection: Connection, request: NotesRequest): number {
	switch (request.kind) {
		case "note":
			return connection.run(
				"INSERT INTO notes (text) VALUES (?)",
				request.text,
			);
		case "fail":
			connection.run("INSERT INTO notes (text) VALUES (?)", request.text);
			throw request.isCatalogued
				? createError("services.storage.unknown_index", "nowhere")
				: new Error("it broke");
		case "fill":
			connection.exec("PRAGMA max_page_count=1");
			return 0;
		case "crash":
			process.nextTick(() => {
				throw new Error("crashed on purpose");
			});
			return 0;
	}
}
