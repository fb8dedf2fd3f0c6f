import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { moduleUrl } from "../../src/sqlite/program.ts";
import { tempFolder } from "../support/temp-folder.ts";

const CHILD = fileURLToPath(moduleUrl("collected-process", import.meta.url));

it("the garbage collector does not take a database whose statements are in use", async () => {
	const folder = await tempFolder("gc");
	const { status, signal, stdout, stderr } = spawnSync(
		process.execPath,
		["--expose-gc", CHILD, folder],
		{ encoding: "utf8", timeout: 120_000 },
	);
	assert.deepEqual(
		{ status, signal, stderr },
		{ status: 0, signal: null, stderr: "" },
	);
	assert.equal(stdout, "400 rows written\n");
});
