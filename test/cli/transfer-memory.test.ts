import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { it } from "node:test";
import { withFolder } from "../support/temporary-folder.ts";
import { makeArchive } from "../transfer/make-archive.ts";
import { runPortico } from "./run-portico.ts";

const BYTES = 2_000;
const FEW = 10_000;
const MANY = 100_000;
/** Of what the additional documents take as text alone. As objects, or held twice, they take several times that. */
const SHARE_MAX = 0.5;

/** Writes the highest memory that a process ever had, in kilobytes, to the file that PEAK_FILE names. */
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(`
	import { writeFileSync } from "node:fs";
	import { isMainThread } from "node:worker_threads";
	if (isMainThread) process.on("exit", () =>
		writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)));
`)}`;

it("portico import and export take no more memory for ten times the documents", () =>
	withFolder(async (folder) => {
		const few = await peaks(folder, FEW);
		const many = await peaks(folder, MANY);
		const allowed = (MANY - FEW) * BYTES * SHARE_MAX;
		for (const command of ["import", "export"] as const)
			assert.ok(
				many[command] - few[command] < allowed,
				`${command}: ${few[command]} bytes for ${FEW} documents, ${many[command]} for ${MANY}`,
			);
	}));

/** The highest memory of both commands, in bytes. */
async function peaks(folder: string, documents: number) {
	const archive = path.join(folder, `${documents}.gz`);
	const data = ["--data", path.join(folder, String(documents))];
	await makeArchive(archive, documents, BYTES);
	return {
		import: await peakOf(folder, ["import", archive, ...data]),
		export: await peakOf(folder, ["export", `${archive}.out`, ...data]),
	};
}

async function peakOf(folder: string, args: readonly string[]) {
	const file = path.join(folder, "peak");
	const env = { NODE_OPTIONS: `--import=${REPORT_PEAK}`, PEAK_FILE: file };
	const { status, stderr } = await runPortico(args, { folder, env });
	assert.equal(status, 0, stderr);
	return Number(readFileSync(file, "utf8")) * 1024;
}
