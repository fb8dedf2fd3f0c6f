import { spawnSync } from "node:child_process";
import {
	closeSync,
	copyFileSync,
	existsSync,
	openSync,
	rmSync,
	writeSync,
} from "node:fs";
import path from "node:path";

const NAMESPACE = ["unshare", "--mount", "--map-root-user"];

/** Why this machine cannot give a process a disk of its own; null when it can. */
export function whyNoSmallDisk(): string | null {
	const [command = "", ...args] = [
		...NAMESPACE,
		"sh",
		"-c",
		"mount -t tmpfs -o size=1m tmpfs /mnt",
	];
	const { status, error, stderr } = spawnSync(command, args, {
		encoding: "utf8",
	});
	return status === 0
		? null
		: `no disk of its own for a test: ${error?.message ?? stderr}`;
}

/** The command that runs another with a small disk in memory at `folder`, which only that process sees and which ends with it. */
export function onSmallDisk(
	folder: string,
	options: { readonly megabytes: number; readonly readOnly?: boolean },
): string[] {
	const mode = options.readOnly === true ? ",ro" : "";
	const mount = `mount -t tmpfs -o size=${options.megabytes}m${mode} tmpfs "$0" && exec "$@"`;
	return [...NAMESPACE, "sh", "-c", mount, folder];
}

/** The disk of a process that runs on one, seen from outside. */
export class SmallDisk {
	readonly #folder: string;

	constructor(pid: number, folder: string) {
		this.#folder = `/proc/${pid}/root${folder}`;
	}

	/** Takes all the space that is left. */
	fill(): void {
		const file = openSync(this.#filler, "a");
		try {
			for (const bytes of [64 * 1024, 4096, 1])
				writeUntilFull(file, Buffer.alloc(bytes));
		} finally {
			closeSync(file);
		}
	}

	free(): void {
		rmSync(this.#filler);
	}

	/** Copies the database as a sudden end would leave it, while nobody writes. */
	copyDatabase(to: string): void {
		for (const name of ["portico.db", "portico.db-wal"]) {
			const from = path.join(this.#folder, name);
			if (existsSync(from)) copyFileSync(from, path.join(to, name));
		}
	}

	get #filler(): string {
		return path.join(this.#folder, "filler");
	}
}

function writeUntilFull(file: number, block: Buffer): void {
	try {
		while (writeSync(file, block) === block.length);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
	}
}
