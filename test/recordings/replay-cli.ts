import { parseArgs } from "node:util";
import { readBuiltActions } from "./built-actions.ts";
import { liftRateLimits } from "./lift-rate-limits.ts";
import { createPlan } from "./plan.ts";
import { loadRecordings } from "./recording.ts";
import { failureLines, replay, skipLines } from "./replay.ts";

/**
 * Plays recordings against a server that runs already:
 * `node dist/test/recordings/replay-cli.js --host 127.0.0.1 --port 7512 [--only TEXT] [--backend sqlite|elasticsearch] DIR`
 *
 * Each scenario expects a server as it is after its first start, and nothing here resets one: give a fresh server, and with
 * more than one scenario mind that they see each other's users.
 */
async function main(): Promise<void> {
	const { values, positionals } = parseArgs({
		options: {
			host: { type: "string", default: "127.0.0.1" },
			port: { type: "string", default: "7512" },
			"mqtt-port": { type: "string", default: "1883" },
			only: { type: "string", default: "" },
			backend: { type: "string", default: "sqlite" },
		},
		allowPositionals: true,
	});
	const [folder] = positionals;
	if (folder === undefined) throw new Error("Which folder of recordings?");
	const address = {
		host: values.host,
		port: Number(values.port),
		mqttPort: Number(values["mqtt-port"]),
	};
	const backend =
		values.backend === "elasticsearch" ? "elasticsearch" : "sqlite";
	const built = await readBuiltActions(address);
	await liftRateLimits(address);
	const counts = { passed: 0, failed: 0, skipped: 0 };
	for (const recording of loadRecordings(folder)) {
		if (!recording.scenario.includes(values.only)) continue;
		const reports = await replay(
			createPlan(recording, backend),
			address,
			built,
		);
		for (const { outcome } of reports) counts[outcome.kind]++;
		for (const line of failureLines(recording.scenario, reports))
			console.log(line);
		for (const line of skipLines(reports))
			console.log(`${recording.scenario}: ${line}`);
	}
	console.log(
		`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`,
	);
	process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

await main();
