import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

const HEAP = "512m";
const NOBODY = 65534;

export interface LaunchOptions {
	/** The unpacked distribution. */
	readonly home: string;
	readonly javaHome: string;
	/** Where everything goes that this server writes. */
	readonly folder: string;
	/** 0 for a free one. */
	readonly port: number;
}

/** Elasticsearch writes the addresses it bound into this file (`node.portsfile`). */
export function portsFile(folder: string): string {
	return path.join(folder, "logs", "http.ports");
}

/** What the process said, its last words among them. */
export function consoleLog(folder: string): string {
	return path.join(folder, "console.log");
}

/** Starts the process, in a process group of its own, so that the launcher and the server end, or freeze, together. */
export async function launchElasticsearch(
	options: LaunchOptions,
): Promise<ChildProcess> {
	const { home, javaHome, folder, port } = options;
	await prepareFolder(home, folder, port);
	const [command, ...args] = await unprivileged(home, folder);
	const log = openSync(consoleLog(folder), "a");
	const child = spawn(command, args, {
		cwd: folder,
		detached: true,
		stdio: ["ignore", log, log],
		env: {
			PATH: process.env.PATH,
			ES_JAVA_HOME: javaHome,
			ES_PATH_CONF: path.join(folder, "config"),
			ES_TMPDIR: path.join(folder, "tmp"),
			ES_JAVA_OPTS: `-Xms${HEAP} -Xmx${HEAP}`,
		},
	});
	closeSync(log);
	return child;
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
