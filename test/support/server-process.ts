import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type HttpCall, type HttpReply, httpCall } from "./http-call.ts";
import { WsClient } from "./ws-client.ts";

const MAIN = fileURLToPath(new URL("../../src/main.js", import.meta.url));
/** For a server that hangs, not for one that is slow. */
const READY_TIMEOUT_MS = 120_000;

export interface ServerOptions {
	readonly dataFolder: string;
	/** Flags of `portico start`, beside the data folder and a free port. */
	readonly flags?: readonly string[];
	/** A command that runs the server: `strace …`. */
	readonly under?: readonly string[];
}

/** The program as its users run it, in a process of its own. */
export interface ServerProcess {
	readonly url: string;
	readonly pid: number;
	/** All that it has written so far, to both outputs. */
	output(): string;
	call(method: string, path: string, call?: HttpCall): Promise<HttpReply>;
	/** One request by `POST /_query`; the answer is the envelope, whatever its status. */
	query(
		request: Readonly<Record<string, unknown>>,
		token?: string,
	): Promise<HttpReply["body"]>;
	connect(headers?: Readonly<Record<string, string>>): Promise<WsClient>;
	/** Sends the signal, and answers the exit status once the process is gone; null when the signal ended it. */
	end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Resolves once the server is ready. Rejects, with what it wrote, when it ends before. */
export async function startServer(
	options: ServerOptions,
): Promise<ServerProcess> {
	const child = spawnServer(options);
	let output = "";
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		output += text;
	});
	const deadline = setTimeout(() => child.kill("SIGKILL"), READY_TIMEOUT_MS);
	const ready = await new Promise<{ address: string; pid: number }>(
		(resolve, reject) => {
			child.once("error", reject);
			child.once("close", () =>
				reject(new Error(`The server ended before it was ready:\n${output}`)),
			);
			if (child.stdout === null) return;
			createInterface({ input: child.stdout }).on("line", (line) => {
				output += `${line}\n`;
				const found = readReady(line);
				if (found !== null) resolve({ address: found, pid: child.pid ?? 0 });
			});
		},
	).finally(() => clearTimeout(deadline));
	return toServer(child, ready, () => output);
}

function spawnServer({ dataFolder, flags = [], under = [] }: ServerOptions) {
	const start = ["start", "--port", "0", "--data", dataFolder, ...flags];
	const [command = "", ...args] = [...under, process.execPath, MAIN, ...start];
	return spawn(command, args, {
		cwd: dataFolder,
		env: { ...cleanEnvironment(), HOME: dataFolder, NODE_ENV: "production" },
		stdio: ["ignore", "pipe", "pipe"],
	});
}

/** Without what the machine that tests may have set. */
function cleanEnvironment(): NodeJS.ProcessEnv {
	const isForeign = /^(kuzzle_|portico_|PORTICO_|NODE_ENV$|NODE_TEST_)/;
	return Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !isForeign.test(name)),
	);
}

function readReady(line: string): string | null {
	if (!line.includes('"msg":"Ready"')) return null;
	return String((JSON.parse(line) as { address: unknown }).address);
}

function toServer(
	child: ChildProcess,
	{ address: url, pid }: { address: string; pid: number },
	output: () => string,
): ServerProcess {
	return {
		url,
		pid,
		output,
		call: (method, path, call) => httpCall(url, method, path, call),
		async query(request, token) {
			const call = { body: request, token };
			return (await httpCall(url, "POST", "/_query", call)).body;
		},
		connect: (headers) => WsClient.open(url, headers),
		async end(signal) {
			if (child.exitCode !== null || child.signalCode !== null)
				return child.exitCode;
			const gone = once(child, "close");
			child.kill(signal);
			const [status] = (await gone) as [number | null];
			return status;
		},
	};
}
