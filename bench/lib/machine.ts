import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { arch, cpus, loadavg, release, totalmem, type } from "node:os";
import path from "node:path";
import { packageRoot } from "../../src/lib/package-root.ts";
import { type Cores, shareOneCore } from "./cores.ts";

/** What a reader must know of the machine to make sense of the figures: each a line. */
export function machineFacts(cores: Cores | null): string[] {
	const [first] = cpus();
	return [
		`date: ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC`,
		`machine: ${cpus().length} × ${first?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()} ${arch()}`,
		`Node: ${process.versions.node}; ${["ws", "express", "jsonwebtoken", "@photostructure/sqlite", "@elastic/elasticsearch"].map((name) => `${name} ${versionOf(name)}`).join(", ")}`,
		`commit: ${commit()}`,
		`cores: ${describeCores(cores)}`,
		`load average before: ${(loadavg()[0] ?? 0).toFixed(2)}${isBusy() ? " (something else was running: figures are less sure)" : ""}`,
	];
}

/** Whether something else takes so much of the machine that figures cannot be trusted. */
export function isBusy(): boolean {
	return (loadavg()[0] ?? 0) > 0.7;
}

function describeCores(cores: Cores | null): string {
	if (cores === null) {
		return "NOT pinned (no taskset, or one core only): servers and load may take time from each other";
	}
	const shared = shareOneCore(cores);
	const note =
		shared === true
			? ", which are two threads of ONE core and slow each other"
			: "";
	return `servers on ${cores.server}, load on ${cores.load}${note}`;
}

function versionOf(name: string): string {
	const file = path.join(packageRoot, "node_modules", name, "package.json");
	if (statSync(file, { throwIfNoEntry: false }) === undefined) return "absent";
	return (JSON.parse(readFileSync(file, "utf8")) as { version: string })
		.version;
}

function commit(): string {
	const git = (...args: string[]) =>
		execFileSync("git", args, { cwd: packageRoot, encoding: "utf8" }).trim();
	try {
		const changed = git("status", "--porcelain", "--untracked-files=no");
		const own = changed === "" ? "" : " with local changes";
		return `${git("rev-parse", "--short", "HEAD")}${own}`;
	} catch {
		return "unknown";
	}
}
