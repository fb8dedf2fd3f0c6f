import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
	type ElasticsearchVersion,
	installElasticsearch,
	isElasticsearchVersion,
} from "./elasticsearch-zip.ts";
import { findJdk } from "./jdk.ts";

/**
 * A real Elasticsearch for tests: the one that ELASTICSEARCH_URL names, else the official minimal distribution,
 * started with a small heap on a free port of the loopback interface, with folders of its own.
 */
export interface ElasticsearchServer {
	readonly url: string;
	readonly version: string;
	/** The process group of the server, and its folder; undefined when it is not ours. */
	readonly pid: number | undefined;
	readonly folder: string | undefined;
	/** Ends the server and removes its folder. Does nothing to a server that is not ours. */
	stop(): Promise<void>;
	/** Freezes the server: connections are accepted by the kernel and never answered. */
	pause(): void;
	resume(): void;
	/** Ends it at once, as a power cut would. Its data stays for `restart`. */
	kill(): Promise<void>;
	/** Starts it again on the same data and the same port. */
	restart(): Promise<void>;
}

export interface ElasticsearchOptions {
	/** Default: ELASTICSEARCH_VERSION, else 9.5.3. */
	readonly version?: string;
	/** Starts one even when ELASTICSEARCH_URL names another: a test that stops the server must not stop everybody's. */
	readonly own?: boolean;
	/** The server outlives this process. */
	readonly detached?: boolean;
}

export const ELASTICSEARCH_DEFAULT_VERSION: ElasticsearchVersion = "9.5.3";
const JAVA_MAJOR_MIN = { 8: 17, 9: 21 } as const;
const READY_TIMEOUT_MS = 240_000;
const STOP_TIMEOUT_MS = 20_000;
const HEAP = "512m";
const NOBODY = 65534;
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** There is no Elasticsearch here, and this is why. */
export class ElasticsearchUnavailable extends Error {
	override name = "ElasticsearchUnavailable";
}

/** Rejects with `ElasticsearchUnavailable` where the machine cannot run one and ELASTICSEARCH_URL is not set. */
export async function startElasticsearch(
	options: ElasticsearchOptions = {},
): Promise<ElasticsearchServer> {
	const given = process.env.ELASTICSEARCH_URL;
	if (given && options.own !== true) return foreignServer(given);
	const version =
		options.version ??
		(process.env.ELASTICSEARCH_VERSION || ELASTICSEARCH_DEFAULT_VERSION);
	if (!isElasticsearchVersion(version)) {
		throw new Error(`No checksum is pinned for Elasticsearch ${version}.`);
	}
	const major = version.startsWith("8.") ? 8 : 9;
	const jdk = await findJdk(JAVA_MAJOR_MIN[major]);
	if (jdk === undefined) {
		throw new ElasticsearchUnavailable(
			`Elasticsearch ${version} needs a JDK of version ${JAVA_MAJOR_MIN[major]} or later (JAVA_HOME), or ELASTICSEARCH_URL naming a server.`,
		);
	}
	const home = await installElasticsearch(version);
	const server = new OwnServer({
		version,
		home,
		javaHome: jdk.home,
		detached: options.detached === true,
	});
	await server.start();
	return server;
}

/**
 * As `startElasticsearch`, but a machine that cannot run one is an answer, not a failure, so that a test can say
 * loudly what it leaves out. With CI=true it is a failure all the same.
 */
export async function elasticsearchOrReason(
	options: ElasticsearchOptions = {},
): Promise<ElasticsearchServer | { readonly unavailable: string }> {
	try {
		return await startElasticsearch(options);
	} catch (error) {
		if (!(error instanceof ElasticsearchUnavailable)) throw error;
		if (process.env.CI === "true") throw error;
		return { unavailable: error.message };
	}
}

/** Ends a server that another process started detached, by the process group it reported. */
export async function stopElasticsearch(
	pid: number,
	folder: string,
): Promise<void> {
	await endGroup(pid);
	await rm(folder, { recursive: true, force: true });
}

async function foreignServer(url: string): Promise<ElasticsearchServer> {
	const response = await fetch(
		new URL("/_nodes/_local?filter_path=nodes.*.version", url),
	);
	const body = (await response.json()) as {
		nodes: Record<string, { version: string }>;
	};
	const refuse = (): never => {
		throw new Error(
			"The server of ELASTICSEARCH_URL is not ours to stop; ask for an own one.",
		);
	};
	return {
		url,
		version: Object.values(body.nodes)[0]?.version ?? "unknown",
		pid: undefined,
		folder: undefined,
		stop: async () => {},
		pause: refuse,
		resume: refuse,
		kill: refuse,
		restart: refuse,
	};
}

interface OwnServerInit {
	readonly version: ElasticsearchVersion;
	readonly home: string;
	readonly javaHome: string;
	readonly detached: boolean;
}

class OwnServer implements ElasticsearchServer {
	readonly version: string;
	readonly #init: OwnServerInit;
	#folder = "";
	#url = "";
	#port = 0;
	#child: ChildProcess | undefined;

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
		await rm(this.#portsFile(), { force: true });
		await this.#launch();
	}

	readonly #onExit = () => {
		if (!this.#init.detached) this.#signal("SIGKILL");
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

	/** Elasticsearch writes the addresses it bound into this file (`node.portsfile`). */
	#portsFile(): string {
		return path.join(this.#folder, "logs", "http.ports");
	}

	async #launch(): Promise<void> {
		const { home, javaHome, detached } = this.#init;
		await prepareFolder(home, this.#folder, this.#port);
		const log = openSync(path.join(this.#folder, "console.log"), "a");
		const [command, ...args] = await unprivileged(home, this.#folder);
		const child = spawn(command, args, {
			cwd: this.#folder,
			// Its own process group, so that the launcher and the server end, or freeze, together.
			detached: true,
			stdio: ["ignore", log, log],
			env: {
				PATH: process.env.PATH,
				ES_JAVA_HOME: javaHome,
				ES_PATH_CONF: path.join(this.#folder, "config"),
				ES_TMPDIR: path.join(this.#folder, "tmp"),
				ES_JAVA_OPTS: `-Xms${HEAP} -Xmx${HEAP}`,
			},
		});
		closeSync(log);
		this.#child = child;
		if (detached) child.unref();
		await this.#untilReady(child);
	}

	async #untilReady(child: ChildProcess): Promise<void> {
		const deadline = Date.now() + READY_TIMEOUT_MS;
		while (Date.now() < deadline) {
			if (child.exitCode !== null || child.signalCode !== null) break;
			if (existsSync(this.#portsFile())) {
				const address = /127\.0\.0\.1:(\d+)/.exec(
					readFileSync(this.#portsFile(), "utf8"),
				);
				this.#port = Number(address?.[1] ?? 0);
				this.#url = `http://127.0.0.1:${this.#port}`;
				if (this.#port !== 0 && (await answers(this.#url))) return;
			}
			await sleep(100);
		}
		const log = readFileSync(path.join(this.#folder, "console.log"), "utf8");
		throw new Error(
			`Elasticsearch ${this.version} did not start:\n${log.slice(-4000)}`,
		);
	}
}

async function prepareFolder(
	home: string,
	folder: string,
	port: number,
): Promise<void> {
	const config = path.join(folder, "config");
	for (const name of ["config", "data", "logs", "tmp"]) {
		await mkdir(path.join(folder, name), { recursive: true });
	}
	await cp(path.join(home, "config"), config, { recursive: true });
	const settings = {
		"cluster.name": path.basename(folder),
		"node.name": "portico-test",
		"discovery.type": "single-node",
		"network.host": "127.0.0.1",
		"http.port": port,
		"transport.port": 0,
		"path.data": path.join(folder, "data"),
		"path.logs": path.join(folder, "logs"),
		"xpack.security.enabled": false,
		"cluster.routing.allocation.disk.threshold_enabled": false,
		"node.portsfile": true,
	};
	const lines = Object.entries(settings).map(
		([key, value]) => `${key}: ${value}\n`,
	);
	await writeFile(path.join(config, "elasticsearch.yml"), lines.join(""));
}

/** Elasticsearch refuses to run as root: root takes another name in a user namespace or, where that is forbidden, becomes nobody. */
async function unprivileged(
	home: string,
	folder: string,
): Promise<[string, ...string[]]> {
	const program = path.join(home, "bin", "elasticsearch");
	if (process.getuid?.() !== 0) return [program];
	const namespace = ["--user", "--map-user=1000", "--map-group=1000"];
	if (
		!process.env.PORTICO_TEST_NO_USER_NAMESPACE &&
		spawnSync("unshare", [...namespace, "true"]).status === 0
	) {
		return ["unshare", ...namespace, program];
	}
	return asNobody(home, folder);
}

/** Nobody may not look into root's cache, so it gets a copy of the program in a folder that it owns. */
async function asNobody(
	home: string,
	folder: string,
): Promise<[string, ...string[]]> {
	const copy = path.join(folder, "program");
	await cp(home, copy, { recursive: true, force: false });
	spawnSync("chown", ["-R", `${NOBODY}:${NOBODY}`, folder]);
	return [
		"setpriv",
		`--reuid=${NOBODY}`,
		`--regid=${NOBODY}`,
		"--clear-groups",
		path.join(copy, "bin", "elasticsearch"),
	];
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

/** Resolves when the group is gone; one that does not end in time is killed. */
async function endGroup(
	pid: number,
	signal: NodeJS.Signals = "SIGTERM",
): Promise<void> {
	signalGroup(pid, "SIGCONT");
	signalGroup(pid, signal);
	const killAt = Date.now() + STOP_TIMEOUT_MS;
	// Dead processes that nobody reaps still count as members of their group, so there is a second limit.
	const giveUpAt = killAt + STOP_TIMEOUT_MS;
	while (signalGroup(pid, 0) && Date.now() < giveUpAt) {
		if (Date.now() > killAt) signalGroup(pid, "SIGKILL");
		await sleep(50);
	}
}

/** False when no process of the group is left. */
function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
	try {
		process.kill(-pid, signal);
		return true;
	} catch {
		return false;
	}
}
