import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { it } from "node:test";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Names the adapter's file as it is when compiled, beside this one. */
const KIT = new URL("./test-kit.js", import.meta.url).href;

const PROGRAM = `
import { createRequire } from "node:module";
const { createStorage } = await import(${JSON.stringify(KIT)});
const { storage } = createStorage("http://127.0.0.1:9");
const isLoaded = () => Object.keys(createRequire("${import.meta.url}").cache).some((file) => file.includes("@elastic"));
const before = isLoaded();
await storage.open().catch(() => {});
console.log(JSON.stringify([before, isLoaded()]));
await storage.close();
`;

it("the Elasticsearch client is loaded when a store is opened, not before", async () => {
	const { stdout } = await run(process.execPath, [
		"--input-type=module",
		"--eval",
		PROGRAM,
	]);
	assert.deepEqual(JSON.parse(stdout), [false, true]);
});
