import { TransferError } from "./transfer-error.ts";

/** No document is as long; a file of one endless line must not fill the memory. */
const LINE_BYTES_MAX = 256 * 1024 * 1024;
const NEWLINE = 0x0a;

export interface NumberedLine {
	/** Without its end. */
	readonly line: Buffer;
	/** Counted from 1. */
	readonly number: number;
}

/** The lines of a stream of bytes, as they come. What stands after the last end of a line is a line too. */
export async function* splitLines(
	chunks: AsyncIterable<Buffer>,
): AsyncGenerator<NumberedLine, void> {
	let begun: Buffer[] = [];
	let begunBytes = 0;
	let number = 0;
	for await (const chunk of chunks) {
		let from = 0;
		for (;;) {
			const to = chunk.indexOf(NEWLINE, from);
			if (to === -1) break;
			const line = Buffer.concat([...begun, chunk.subarray(from, to)]);
			begun = [];
			begunBytes = 0;
			from = to + 1;
			yield { line, number: ++number };
		}
		if (from === chunk.length) continue;
		begun.push(chunk.subarray(from));
		begunBytes += chunk.length - from;
		if (begunBytes > LINE_BYTES_MAX)
			throw new TransferError(
				`Line ${number + 1} is longer than any line of an archive.`,
			);
	}
	if (begunBytes > 0) yield { line: Buffer.concat(begun), number: number + 1 };
}
