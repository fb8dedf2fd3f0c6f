import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { onCore } from "./cores.ts";

/** The folder with the compiled program, whether that is dist/ or another. */
export const compiledRoot = path.resolve(import.meta.dirname, "../..");

/** Loading a whole server takes a fraction of a second; this is for one that never gets there. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 20_000;

/** A server process under measurement. */
export interface Server {
	readonly pid: number;
	readonly port: number;
	stop(): Promise<void>;
}

/** A process of ours that talks over the IPC channel: it is ended by closing that. */
export interface Child {
	readonly pid: number;
	readonly process: ChildProcess;
	stop(): Promise<void>;
}

/** Runs a compiled script of bench/ on a core. `settings` travel as JSON in its first argument. */
export function startScript(
	script: string,
	settings: unknown,
	core: number | null,
): Child {
	const file = path.join(compiledRoot, "bench", script);
	const [command, args] = onCore(core, [
		process.execPath,
		file,
		JSON.stringify(settings),
	]);
	const child = spawn(command, args, {
		stdio: ["ignore", "inherit", "inherit", "ipc"],
		env: productionEnv(),
	});
	return { pid: pidOf(child), process: child, stop: () => end(child) };
}

/** Runs one of `bench/servers`, which sends its port once it listens. */
export async function startServer(
	script: string,
	settings: unknown,
	core: number | null,
): Promise<Server> {
	const child = startScript(`servers/${script}`, settings, core);
	const [message] = (await before(
		START_TIMEOUT_MS,
		Promise.race([
			once(child.process, "message"),
			once(child.process, "exit").then(() => {
				throw new Error(`The server ${script} ended before it listened.`);
			}),
		]),
	)) as [{ port: number }];
	return { pid: child.pid, port: message.port, stop: child.stop };
}

export interface GatewayStart extends Server {
	/** From the start of the process until it said that it is ready. */
	readonly readyMs: number;
}

/** Runs `portico start` as production does. `flags` beside the data folder and a free port. */
export async function startGateway(
	dataFolder: string,
	core: number | null,
	flags: readonly string[] = [],
): Promise<GatewayStart> {
	const main = path.join(compiledRoot, "src", "main.js");
	const [command, args] = onCore(core, [
		process.execPath,
		main,
		...["start", "--data", dataFolder, "--port", "0", ...flags],
	]);
	const begun = performance.now();
	const child = spawn(command, args, {
		cwd: dataFolder,
		stdio: ["ignore", "pipe", "inherit"],
		env: productionEnv(),
	});
	const address = await before(START_TIMEOUT_MS, readAddress(child));
	const readyMs = performance.now() - begun;
	const { port } = new URL(address);
	return {
		pid: pidOf(child),
		port: Number(port),
		readyMs,
		stop: () => end(child),
	};
}

/** The address in the log line that says "Ready". */
function readAddress(child: ChildProcess): Promise<string> {
	return new Promise((resolve, reject) => {
		let output = "";
		child.stdout?.setEncoding("utf8").on("data", (text: string) => {
			output = `${output}${text}`.slice(-100_000);
			for (const line of output.split("\n")) {
				if (line.includes('"Ready"') && line.endsWith("}")) {
					resolve((JSON.parse(line) as { address: string }).address);
				}
			}
		});
		child.once("exit", () =>
			reject(new Error(`The gateway ended before it was ready.\n${output}`)),
		);
		child.once("error", reject);
	});
}

/** Without the caller's own settings of the gateway, and without Node options of a test runner. */
function productionEnv(): NodeJS.ProcessEnv {
	const env: NodeJS.ProcessEnv = { NODE_ENV: "production" };
	for (const [name, value] of Object.entries(process.env)) {
		if (!/^(kuzzle_|portico_|NODE_)/i.test(name)) env[name] = value;
	}
	return env;
}

function pidOf(child: ChildProcess): number {
	if (child.pid === undefined) {
		throw new Error(`${child.spawnfile} could not be started.`);
	}
	return child.pid;
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = once(child, "exit");
	if (child.connected) child.disconnect();
	else child.kill("SIGTERM");
	const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
	await ended;
	clearTimeout(timer);
}

async function before<T>(ms: number, work: Promise<T>): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`Not done in ${ms} ms.`)), ms);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
