#!/usr/bin/env node
import { homedir } from "node:os";
import { run } from "./cli/run.ts";

// Who reads our output may go away (`portico config | head -1`): that is no reason to fail.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.exitCode = await run(process.argv.slice(2), {
	env: process.env,
	cwd: process.cwd(),
	home: homedir(),
	stdin: process.stdin,
	stdout: process.stdout,
	stderr: process.stderr,
});
