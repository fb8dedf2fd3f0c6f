// `npm test`: format check and lint, types, then every test, with one real Elasticsearch for all of them.
// `npm test -- test/foo` runs the files whose path holds that text, without the lint. Words that begin with a dash
// go to the runner: `npm test -- --test-name-pattern=login`.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import {
	build,
	dist,
	ensureInstalled,
	fail,
	node,
	requireNode,
	root,
	say,
} from "./lib/project.mjs";
import {
	keepLogs,
	startElasticsearch,
	stopElasticsearch,
} from "./lib/test-elasticsearch.mjs";

const LOGS = path.join(root, ".cache", "test");
const TAP = path.join(LOGS, "last-run.tap");
/** For a test that hangs, not for one that is slow. */
const TEST_TIMEOUT_MS = 1_200_000;

const words = process.argv.slice(2);
const filters = words.filter((word) => !word.startsWith("-"));
const runnerFlags = words.filter((word) => word.startsWith("-"));

/** `signal` is set by the first one; what runs then ends by itself or is ended. */
const running = { signal: null, runner: null };
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
	process.on(signal, () => {
		running.signal ??= signal;
		running.runner?.kill(signal);
	});

requireNode();
ensureInstalled();
if (words.length === 0) checkFormat();
compile();
const files = listTests();
process.exitCode = await test(files);

function checkFormat() {
	heading("Format and lint");
	const colors = process.stderr.isTTY ? "force" : "off";
	const args = ["ci", `--colors=${colors}`, "."];
	if (node("node_modules/@biomejs/biome/bin/biome", args) !== 0)
		fail(
			"Format or lint: see above. `npm run format` mends what can be mended by itself.",
		);
}

function compile() {
	heading("Types");
	if (build({ project: "tsconfig.json", clean: true }) !== 0)
		fail("Types: see above.");
}

/** The compiled test files that the filters choose. None is a mistake, not a success. */
function listTests() {
	const folder = path.join(dist, "test");
	const all = existsSync(folder)
		? readdirSync(folder, { recursive: true })
		: [];
	const chosen = all
		.filter((name) => name.endsWith(".test.js"))
		.map((name) => path.join(folder, name))
		.filter((file) => {
			const source = path
				.relative(dist, file)
				.replaceAll(path.sep, "/")
				.replace(/\.js$/, ".ts");
			return (
				filters.length === 0 ||
				filters.some((filter) => source.includes(filter))
			);
		})
		.sort();
	if (chosen.length === 0)
		fail(`No test file matches ${filters.join(" ") || "test/**/*.test.ts"}.`);
	return chosen;
}

async function test(files) {
	const server = needsElasticsearch(files) ? await prepareElasticsearch() : {};
	let status = 1;
	try {
		if (running.signal === null) status = await runTests(files, server);
		if (status !== 0) tellWhereLogsAre(server);
	} finally {
		stopElasticsearch(server);
	}
	if (server.missing !== undefined)
		status = tellWhatWasLeftOut(server.missing, status);
	return running.signal === null ? status : 130;
}

/** A whole run does. A part does when a chosen file speaks of it, or of the harness that runs on every store. */
function needsElasticsearch(files) {
	if (filters.length === 0) return true;
	return files.some((file) =>
		/elasticsearch|support\/(gateway|scenario)/i.test(
			readFileSync(file, "utf8"),
		),
	);
}

async function prepareElasticsearch() {
	heading("Elasticsearch");
	const server = await startElasticsearch();
	say(server.url ?? "None: see the end.");
	return server;
}

function runTests(files, { url }) {
	heading(`Tests (${files.length} files)`);
	mkdirSync(LOGS, { recursive: true });
	const args = [
		"--enable-source-maps",
		"--test",
		"--test-concurrency=2",
		`--test-timeout=${TEST_TIMEOUT_MS}`,
		"--test-reporter=spec",
		"--test-reporter-destination=stdout",
		"--test-reporter=tap",
		`--test-reporter-destination=${TAP}`,
		...runnerFlags,
		...files,
	];
	const env = {
		...process.env,
		...(url === undefined ? {} : { ELASTICSEARCH_URL: url }),
	};
	return new Promise((resolve) => {
		const runner = spawn(process.execPath, args, {
			cwd: root,
			env,
			stdio: "inherit",
		});
		running.runner = runner;
		runner.on("error", (error) => {
			say(`The runner did not start: ${error.message}`);
			resolve(1);
		});
		runner.on("exit", (status) => resolve(status ?? 1));
	});
}

function tellWhereLogsAre(server) {
	say(`\nEvery result, in TAP: ${TAP}`);
	const kept = keepLogs(server, path.join(LOGS, "elasticsearch"));
	if (kept !== null) say(`Elasticsearch's own logs: ${kept}`);
}

function tellWhatWasLeftOut(reason, status) {
	const inCi = process.env.CI === "true";
	say(
		[
			"",
			"!".repeat(78),
			"!! LEFT OUT: every test on Elasticsearch. The rest ran on the embedded store only.",
			`!! Why: ${reason.replaceAll("\n", "\n!! ")}`,
			"!! Install a JDK (21 or newer), or name a server: ELASTICSEARCH_URL=http://…",
			...(inCi ? ["!! With CI=true that is a failure."] : []),
			"!".repeat(78),
		].join("\n"),
	);
	return inCi ? status || 1 : status;
}

function heading(text) {
	say(`\n== ${text}`);
}
