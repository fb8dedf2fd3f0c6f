import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { it } from "node:test";
import type { RedisSettings } from "../../src/redis/redis-client.ts";

/** A real Redis of the test's own, on a free port, with nothing kept on disk. */
export interface TestRedis {
	readonly port: number;
	readonly settings: RedisSettings;
	/** Stops the process in its tracks (SIGSTOP), and lets it go on. */
	pause(): void;
	resume(): void;
	/** Ends it, as a crash does (SIGKILL). */
	kill(): Promise<void>;
	/** Starts it again on the same port, empty. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

/**
 * Whether this machine has a `redis-server`. Without one a skipped test says so, and with CI=true a failing one: call this once in a
 * test file.
 */
export function hasRedis(): boolean {
	if (spawnSync("redis-server", ["--version"]).status === 0) return true;
	const reason = "redis-server is not installed: Redis is left out";
	if (process.env.CI === "true") {
		it("has a Redis to test with", () => {
			throw new Error(reason);
		});
	} else {
		it("runs on Redis", { skip: reason }, () => {});
	}
	return false;
}

/** `flags` are those of redis-server. Rejects where that is not installed. */
export async function startRedis(
	flags: readonly string[] = [],
): Promise<TestRedis> {
	const folder = await mkdtemp(path.join(tmpdir(), "portico-redis-"));
	const port = await freePort();
	let child = await launch(port, folder, flags);
	const end = async () => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const ended = once(child, "exit");
		child.kill("SIGKILL");
		await ended;
	};
	return {
		port,
		settings: {
			node: { host: "127.0.0.1", port },
			database: 0,
			options: {},
			commandTimeoutMs: 1000,
		},
		pause: () => child.kill("SIGSTOP"),
		resume: () => child.kill("SIGCONT"),
		kill: end,
		async restart() {
			await end();
			child = await launch(port, folder, flags);
		},
		async stop() {
			await end();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function launch(
	port: number,
	folder: string,
	flags: readonly string[],
): Promise<ChildProcess> {
	const child = spawn(
		"redis-server",
		[
			...["--port", `${port}`, "--bind", "127.0.0.1"],
			...["--save", "", "--dir", folder],
			...flags,
		],
		{ stdio: ["ignore", "pipe", "inherit"] },
	);
	// A test that ends in the middle leaves none behind.
	const end = () => child.kill("SIGKILL");
	process.once("exit", end);
	child.once("close", () => process.off("exit", end));
	await new Promise<void>((resolve, reject) => {
		let output = "";
		child.once("error", reject);
		child.once("exit", () =>
			reject(new Error(`redis-server ended at once:\n${output}`)),
		);
		child.stdout?.on("data", (chunk: Buffer) => {
			output += chunk;
			if (output.includes("Ready to accept connections")) resolve();
		});
	});
	child.removeAllListeners("exit");
	return child;
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	if (address === null || typeof address === "string") {
		throw new Error("No port.");
	}
	return address.port;
}
