import { once } from "node:events";
import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline, Readable, type Writable } from "node:stream";
import { createGzip } from "node:zlib";
import { TransferError } from "./transfer-error.ts";

/** Only its owner reads it: it holds password hashes and the secret that tokens are signed with. */
const FILE_MODE = 0o600;

export interface SaveOptions {
	readonly signal?: AbortSignal | undefined;
	/** Called with the compressed bytes that were written so far. */
	readonly onBytes?: (bytes: number) => void;
}

/** Compresses the bytes into a stream, as fast as that takes them. The stream stays open. */
export async function sendArchive(
	bytes: AsyncIterable<Buffer>,
	output: Writable,
	options: SaveOptions = {},
): Promise<void> {
	await compress(bytes, options, async (chunk) => {
		if (output.errored !== null) throw output.errored;
		if (!output.write(chunk)) await once(output, "drain", options);
	});
}

/** Each piece is taken only when the one before was written. */
async function compress(
	bytes: AsyncIterable<Buffer>,
	{ signal, onBytes = () => {} }: SaveOptions,
	write: (chunk: Buffer) => Promise<unknown>,
): Promise<void> {
	const source = Readable.from(bytes, { highWaterMark: 1 });
	// The pipeline hands an error of the source on; who reads the end of it gets that.
	const compressed = pipeline(source, createGzip(), () => {});
	let written = 0;
	for await (const chunk of compressed as AsyncIterable<Buffer>) {
		signal?.throwIfAborted();
		await write(chunk);
		written += chunk.length;
		onBytes(written);
	}
}

/**
 * Compresses the bytes into a file, which has its name only once it is whole and on the disk; until then it is called `.part`.
 * Rejects with a TransferError where the file exists and may not be replaced.
 */
export async function saveArchive(
	bytes: AsyncIterable<Buffer>,
	file: string,
	options: SaveOptions & { readonly overwrite: boolean },
): Promise<void> {
	assertFree(file, options.overwrite);
	await writeWhole(file, async (part) => {
		const handle = await open(part, "wx", FILE_MODE);
		try {
			await compress(bytes, options, (chunk) => handle.writeFile(chunk));
			await handle.sync();
		} finally {
			await handle.close();
		}
	});
}

/** Throws a TransferError. */
export function assertFree(file: string, overwrite: boolean): void {
	if (overwrite || !existsSync(file)) return;
	throw new TransferError(
		`${file} exists. Choose another name, or overwrite it: --force`,
	);
}

/** Has a file written under another name, syncs it, and gives it its name. Of a failed one nothing is left. */
async function writeWhole(
	file: string,
	write: (part: string) => Promise<void>,
): Promise<void> {
	const part = `${file}.part`;
	await rm(part, { force: true });
	try {
		await write(part);
		await rename(part, file);
		await syncFolder(path.dirname(file));
	} catch (error) {
		await rm(part, { force: true });
		throw error;
	}
}

/** A name is only safe once its folder is synced. Windows cannot, and need not. */
async function syncFolder(folder: string): Promise<void> {
	if (process.platform === "win32") return;
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
