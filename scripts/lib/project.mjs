// What the scripts share. Plain JavaScript without dependencies: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import {
	existsSync,
	mkdirSync,
	readdirSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(
	path.dirname(fileURLToPath(import.meta.url)),
	"../..",
);
export const dist = path.join(root, "dist");

/** Made by each build that went well; its time is when that build began. */
const STAMP = path.join(dist, ".built");
const SOURCES = [
	"src",
	"controllers",
	"protocols",
	"package.json",
	"tsconfig.json",
	"tsconfig.build.json",
];

/** Ends the process with one clear line where Node is too old to run what is built. */
export function requireNode() {
	const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
	if (major > 20 || (major === 20 && minor >= 19)) return;
	fail(
		`Portico needs Node 20.19 or newer; this is ${process.versions.node}. Get one from https://nodejs.org`,
	);
}

/** Says on standard error what goes on: standard output belongs to the program. */
export function say(line) {
	process.stderr.write(`${line}\n`);
}

export function fail(line, status = 1) {
	say(line);
	process.exit(status);
}

/** Installs exactly what the lockfile says, where it is missing or older than the lockfile. No install scripts run. */
export function ensureInstalled() {
	const lock = path.join(root, "package-lock.json");
	const installed = path.join(root, "node_modules", ".package-lock.json");
	if (existsSync(installed) && mtime(installed) >= mtime(lock)) return;
	say("Installing what is missing (npm ci)…");
	const args = [
		"ci",
		"--ignore-scripts",
		"--include=dev",
		"--no-audit",
		"--no-fund",
	];
	if (npm(args) !== 0) fail("npm ci failed; what it says stands above.");
}

/** Builds what runs (not the tests) where a source is newer than the last build. */
export function ensureBuilt() {
	const newest = Math.max(
		...SOURCES.map((name) => newestIn(path.join(root, name))),
	);
	if (existsSync(STAMP) && mtime(STAMP) >= newest) return;
	say("Building…");
	if (build({ project: "tsconfig.build.json", clean: false }) !== 0)
		fail("The build failed; what the compiler says stands above.");
}

/** Compiles into dist/ and answers the compiler's exit status. */
export function build({ project, clean }) {
	if (clean) rmSync(dist, { recursive: true, force: true });
	// A source that changes while the compiler runs must count as newer than this build.
	const begun = new Date();
	rmSync(STAMP, { force: true });
	const status = node("node_modules/typescript/bin/tsc", ["-p", project]);
	if (status === 0) {
		mkdirSync(dist, { recursive: true });
		writeFileSync(STAMP, "");
		utimesSync(STAMP, begun, begun);
	}
	return status;
}

/** Runs a script of an installed package with this very Node; its output goes to standard error. */
export function node(script, args) {
	return run(process.execPath, [path.join(root, script), ...args]);
}

function npm(args) {
	const cli = process.env.npm_execpath;
	if (cli?.endsWith(".js")) return run(process.execPath, [cli, ...args]);
	return run("npm", args, { shell: process.platform === "win32" });
}

function run(command, args, options = {}) {
	const { error, status } = spawnSync(command, args, {
		cwd: root,
		stdio: ["ignore", 2, 2],
		...options,
	});
	if (error !== undefined) say(`${command}: ${error.message}`);
	return status ?? 1;
}

function mtime(file) {
	return statSync(file).mtimeMs;
}

/** Of a folder, its own time counts too: it changes when a file is removed. */
function newestIn(file) {
	const entry = statSync(file, { throwIfNoEntry: false });
	if (entry === undefined) return 0;
	if (!entry.isDirectory()) return entry.mtimeMs;
	const inner = readdirSync(file).map((name) =>
		newestIn(path.join(file, name)),
	);
	return Math.max(entry.mtimeMs, ...inner);
}
