// One real Elasticsearch for a whole test run, by the harness that the tests themselves use.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import path from "node:path";
import { dist, root } from "./project.mjs";

const CLI = path.join(dist, "test", "support", "elasticsearch-cli.js");
const VERSION = "9.5.3";
/** The harness's own status for "this machine cannot run one". */
const UNAVAILABLE = 3;

/**
 * Answers `{ url }` of the server given by ELASTICSEARCH_URL, `{ url, pid, folder }` of one that was started, or
 * `{ missing: reason }` where this machine cannot run one. Rejects when it should run and does not.
 */
export async function startElasticsearch() {
	const given = process.env.ELASTICSEARCH_URL;
	if (given) return { url: given };
	const { status, stdout, stderr } = await runCli([
		"start",
		"--version",
		VERSION,
	]);
	if (status === UNAVAILABLE) return { missing: stderr.trim() };
	if (status !== 0)
		throw new Error(`Elasticsearch ${VERSION} did not start.\n${stderr}`);
	return JSON.parse(stdout.trim().split("\n").at(-1));
}

/** Stops what `startElasticsearch` started, by its process id; a server that was given stays. */
export function stopElasticsearch({ pid, folder }) {
	if (pid === undefined) return;
	spawnSync(
		process.execPath,
		[CLI, "stop", "--pid", String(pid), "--folder", folder],
		{
			cwd: root,
			stdio: ["ignore", "ignore", "inherit"],
		},
	);
}

/** Keeps the server's own logs for whoever looks into a failure; answers where, or null. */
export function keepLogs({ folder }, target) {
	const logs = folder === undefined ? null : path.join(folder, "logs");
	if (logs === null || !existsSync(logs)) return null;
	rmSync(target, { recursive: true, force: true });
	cpSync(logs, target, { recursive: true });
	return target;
}

/** In a process group of its own: a Ctrl-C must not end it half-way, with a server that nobody would stop. */
function runCli(args) {
	return new Promise((resolve, reject) => {
		const child = spawn(process.execPath, [CLI, ...args], {
			cwd: root,
			detached: true,
			stdio: ["ignore", "pipe", "pipe"],
		});
		let stdout = "";
		let stderr = "";
		child.stdout.setEncoding("utf8").on("data", (text) => {
			stdout += text;
		});
		child.stderr.setEncoding("utf8").on("data", (text) => {
			stderr += text;
			process.stderr.write(text);
		});
		child.on("error", reject);
		child.on("exit", (status) => resolve({ status, stdout, stderr }));
	});
}
