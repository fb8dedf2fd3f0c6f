import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const MAIN = fileURLToPath(
	new URL("../../src/main.js", import.meta.url),
);

/** Without what the machine that tests may have set. */
export const ENV = Object.fromEntries(
	Object.entries(process.env).filter(
		([name]) => !/^(kuzzle_|portico_|PORTICO_|NODE_ENV$|NODE_TEST_)/.test(name),
	),
);

interface PorticoOptions {
	/** Current directory and home of the command. */
	folder: string;
	env?: Record<string, string>;
}

/** Starts the command line program, without a terminal. */
export function spawnPortico(
	args: readonly string[],
	{ folder, env }: PorticoOptions,
) {
	return spawn(process.execPath, [MAIN, ...args], {
		cwd: folder,
		env: { ...ENV, HOME: folder, USERPROFILE: folder, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
}

/** Runs it to its end. */
export async function runPortico(
	args: readonly string[],
	options: PorticoOptions,
) {
	const child = spawnPortico(args, options);
	let stdout = "";
	let stderr = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		stdout += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const status = await new Promise<number | null>((resolve, reject) => {
		child.on("error", reject);
		child.on("close", resolve);
	});
	return { status, stdout, stderr };
}
