import assert from "node:assert/strict";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { ConfigOverrides } from "../../src/config.ts";
import { packageRoot } from "../../src/lib/package-root.ts";
import { type Backend, backends } from "../support/backends.ts";
import { startGateway } from "../support/gateway.ts";
import { readBuiltActions } from "./built-actions.ts";
import { liftRateLimits } from "./lift-rate-limits.ts";
import { createPlan } from "./plan.ts";
import { loadRecordings, type Recording } from "./recording.ts";
import { failureLines, replay, skipLines } from "./replay.ts";

/** Most scenarios spend their time waiting for the next second. */
const AT_ONCE = 4;

const recordings = loadRecordings(
	path.join(packageRoot, "test/recordings/given"),
);

for (const backend of backends()) {
	describe(`what Kuzzle answered, on ${backend}`, {
		concurrency: AT_ONCE,
	}, () => {
		it("has recordings", () => assert.ok(recordings.length > 0));
		for (const recording of recordings) {
			it(recording.scenario, (t) => replays(recording, backend, t));
		}
	});
}

async function replays(
	recording: Recording,
	backend: Backend,
	t: TestContext,
): Promise<void> {
	const plan = createPlan(recording, backend);
	const gateway = await startGateway({
		backend,
		config: plan.config as ConfigOverrides,
	});
	try {
		const built = await readBuiltActions(gateway);
		await liftRateLimits(gateway);
		const reports = await replay(plan, gateway, built);
		for (const line of skipLines(reports)) t.diagnostic(line);
		const failures = failureLines(recording.scenario, reports);
		assert.equal(failures.length, 0, failures.join("\n"));
		const played = reports.filter(({ outcome }) => outcome.kind === "passed");
		assert.ok(played.length > 0, "every step was skipped");
	} finally {
		await gateway.stop();
	}
}
