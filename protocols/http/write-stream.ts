import type { ServerResponse } from "node:http";
import type { HeaderList } from "./response-headers.ts";

/**
 * Writes a stream as fast as the client takes it, and no faster. The head leaves with the first piece, so that a source that
 * fails at once can still be answered with an error. Rejects with what the source threw; a client that goes away ends the
 * source instead, by the iterator's `return`.
 */
export async function writeStream(
	response: ServerResponse,
	status: number,
	headers: HeaderList,
	source: AsyncIterable<string | Uint8Array>,
): Promise<void> {
	for await (const piece of source) {
		if (response.destroyed) return;
		if (!response.headersSent) response.writeHead(status, headers);
		if (!response.write(piece)) await drained(response);
	}
	if (response.destroyed) return;
	if (!response.headersSent) response.writeHead(status, headers);
	response.end();
}

/** Resolves when the client has taken what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
	if (response.destroyed) return Promise.resolve();
	return new Promise((resolve) => {
		const done = () => {
			response.off("drain", done);
			response.off("close", done);
			resolve();
		};
		response.on("drain", done);
		response.on("close", done);
	});
}
