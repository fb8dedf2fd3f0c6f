import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, it } from "node:test";

const MODULE = new URL("../../src/cli/stop-signals.js", import.meta.url).href;

/** Says "ready", then "stopping" at the first signal, and would then run for a minute. */
const PROGRAM = `
	import { firstStopSignal } from ${JSON.stringify(MODULE)};
	setTimeout(() => {}, 60_000);
	const signal = firstStopSignal();
	console.log("ready");
	console.log("stopping", await signal);
`;

describe("stop signals", () => {
	for (const [signal, status] of [
		["SIGINT", 130],
		["SIGTERM", 143],
	] as const)
		it(`the first ${signal} asks for a stop, the second ends the process`, async () => {
			const args = ["--input-type=module", "-e", PROGRAM];
			const child = spawn(process.execPath, args, {
				stdio: ["ignore", "pipe", "inherit"],
			});
			try {
				child.stdout.setEncoding("utf8");
				assert.deepEqual(await once(child.stdout, "data"), ["ready\n"]);
				child.kill(signal);
				assert.deepEqual(await once(child.stdout, "data"), [
					`stopping ${signal}\n`,
				]);
				child.kill(signal);
				assert.deepEqual(await once(child, "exit"), [status, null]);
			} finally {
				child.kill("SIGKILL");
			}
		});
});
