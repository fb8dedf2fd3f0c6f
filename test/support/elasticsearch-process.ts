import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ElasticsearchServer } from "./elasticsearch.ts";
import {
	consoleLog,
	launchElasticsearch,
	portsFile,
} from "./elasticsearch-launch.ts";
import type { ElasticsearchVersion } from "./elasticsearch-zip.ts";
import { endGroup, signalGroup } from "./process-group.ts";

const READY_TIMEOUT_MS = 240_000;
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export interface OwnServerInit {
	readonly version: ElasticsearchVersion;
	readonly home: string;
	readonly javaHome: string;
	readonly detached: boolean;
}

/** A server that this process started. */
export class OwnServer implements ElasticsearchServer {
	readonly version: string;
	readonly #init: OwnServerInit;
	#folder = "";
	#url = "";
	#port = 0;
	#child: ChildProcess | undefined;
	#isReady = false;

	constructor(init: OwnServerInit) {
		this.version = init.version;
		this.#init = init;
	}

	get url(): string {
		return this.#url;
	}

	get pid(): number | undefined {
		return this.#child?.pid;
	}

	get folder(): string {
		return this.#folder;
	}

	async start(): Promise<void> {
		this.#folder = await mkdtemp(path.join(tmpdir(), "portico-es-"));
		process.once("exit", this.#onExit);
		for (const signal of END_SIGNALS) process.once(signal, this.#onSignal);
		try {
			await this.#launch();
			this.#isReady = true;
		} catch (error) {
			await this.stop();
			throw error;
		}
	}

	async stop(): Promise<void> {
		await this.kill();
		process.off("exit", this.#onExit);
		for (const signal of END_SIGNALS) process.off(signal, this.#onSignal);
		await rm(this.#folder, { recursive: true, force: true });
	}

	pause(): void {
		this.#signal("SIGSTOP");
	}

	resume(): void {
		this.#signal("SIGCONT");
	}

	async kill(): Promise<void> {
		const pid = this.#child?.pid;
		this.#child = undefined;
		if (pid !== undefined) await endGroup(pid, "SIGKILL");
	}

	async restart(): Promise<void> {
		await this.kill();
		await rm(portsFile(this.#folder), { force: true });
		await this.#launch();
	}

	readonly #onExit = () => {
		if (!this.#init.detached || !this.#isReady) this.#signal("SIGKILL");
	};

	/** A process that is ended by a signal has no exit event. */
	readonly #onSignal = (signal: NodeJS.Signals) => {
		this.#onExit();
		process.kill(process.pid, signal);
	};

	#signal(signal: NodeJS.Signals): void {
		const pid = this.#child?.pid;
		if (pid !== undefined) signalGroup(pid, signal);
	}

	async #launch(): Promise<void> {
		const { home, javaHome, detached } = this.#init;
		const child = await launchElasticsearch({
			home,
			javaHome,
			folder: this.#folder,
			port: this.#port,
		});
		this.#child = child;
		if (detached) child.unref();
		await this.#untilReady(child);
	}

	async #untilReady(child: ChildProcess): Promise<void> {
		const deadline = Date.now() + READY_TIMEOUT_MS;
		while (Date.now() < deadline) {
			if (child.exitCode !== null || child.signalCode !== null) break;
			if (existsSync(portsFile(this.#folder))) {
				const address = /127\.0\.0\.1:(\d+)/.exec(
					readFileSync(portsFile(this.#folder), "utf8"),
				);
				this.#port = Number(address?.[1] ?? 0);
				this.#url = `http://127.0.0.1:${this.#port}`;
				if (this.#port !== 0 && (await answers(this.#url))) return;
			}
			await sleep(100);
		}
		const log = readFileSync(consoleLog(this.#folder), "utf8");
		throw new Error(
			`Elasticsearch ${this.version} did not start:\n${log.slice(-4000)}`,
		);
	}
}

async function answers(url: string): Promise<boolean> {
	try {
		const response = await fetch(
			`${url}/_cluster/health?wait_for_status=yellow&timeout=5s`,
			{
				signal: AbortSignal.timeout(10_000),
			},
		);
		await response.arrayBuffer();
		return response.ok;
	} catch {
		return false;
	}
}
