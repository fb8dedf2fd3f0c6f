import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { packageRoot } from "../../src/lib/package-root.ts";
import { needs, settings, standIns } from "./conditions.ts";
import { applyChange } from "./difference.ts";
import { differences, renderDifferences } from "./differences.ts";
import { createPlan } from "./plan.ts";
import { loadRecordings, type Recording } from "./recording.ts";

const recordings = loadRecordings(
	path.join(packageRoot, "test/recordings/given"),
);

function recordingOf(scenario: string): Recording {
	const found = recordings.find((row) => row.scenario === scenario);
	assert.ok(found, `no recording is called ${scenario}`);
	return found;
}

describe("the list of differences", () => {
	it("names steps that are there, and changes each of them", () => {
		for (const { steps = [] } of differences) {
			for (const { scenario, step, ours } of steps) {
				const recorded = recordingOf(scenario).steps[step - 1];
				assert.ok(recorded, `${scenario} has no step ${step}`);
				assert.notDeepEqual(
					applyChange(recorded.response, ours),
					recorded.response,
					`${scenario} #${step} is no difference`,
				);
			}
		}
	});

	it("names tests that are there", () => {
		for (const { title, test } of differences)
			assert.ok(existsSync(path.join(packageRoot, test)), `${title}: ${test}`);
	});

	it("is told in full on the compatibility page", () => {
		const page = renderDifferences();
		for (const { title, why } of differences) {
			assert.ok(page.includes(`## ${title}\n`), title);
			assert.ok(page.includes(why), title);
		}
		assert.match(page, /recording `auth-api-keys-twelve` steps 37, 38\n/);
	});
});

describe("the conditions of the recordings", () => {
	it("name steps that are there", () => {
		for (const { scenario, steps } of needs)
			for (const step of steps)
				assert.ok(
					recordingOf(scenario).steps[step - 1],
					`${scenario} #${step}`,
				);
		for (const { scenario, step } of standIns)
			assert.ok(recordingOf(scenario).steps[step - 1], `${scenario} #${step}`);
		for (const { scenario } of settings) recordingOf(scenario);
	});
});

describe("a plan", () => {
	it("gives keys of one second a fingerprint of their own, and each a hash", () => {
		const plan = createPlan(recordingOf("auth-create-api-key"), "sqlite");
		const keyOf = (step: number) => {
			const response = plan.recording.steps[step - 1]?.response as {
				body: { result: { _source: { fingerprint: string; hash: string } } };
			};
			return response.body.result._source;
		};
		assert.equal(keyOf(4).fingerprint, "<hex64:1>");
		assert.notEqual(keyOf(9).fingerprint, "<hex64:1>");
		assert.equal(keyOf(9).hash, keyOf(9).fingerprint);
	});

	it("leaves the recording as it was", () => {
		const recording = recordingOf("ws-envelope");
		const before = structuredClone(recording);
		const plan = createPlan(recording, "sqlite");
		assert.deepEqual(recording, before);
		assert.notDeepEqual(plan.recording.steps[7], before.steps[7]);
	});

	it("differs by store where the stores do", () => {
		const totalOf = (backend: "sqlite" | "elasticsearch") => {
			const plan = createPlan(recordingOf("auth-create-api-key"), backend);
			const response = plan.recording.steps[23]?.response as {
				body: { result: { total: unknown } };
			};
			return response.body.result.total;
		};
		assert.equal(totalOf("sqlite"), 5);
		assert.equal(totalOf("elasticsearch"), "<number>");
	});
});
