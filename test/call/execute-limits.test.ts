import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Gatekeeper } from "../../src/call/execute.ts";
import { later, settle } from "../support/settle.ts";
import { action, Pipeline, refusal } from "./pipeline.ts";

const never = new Promise<never>(() => {});

describe("a call that waits", () => {
	it("runs when its turn comes", async () => {
		const first = later<string>();
		const pipeline = new Pipeline({
			concurrentRequests: 1,
			actions: [
				action(({ args }) => (args.name === "first" ? first.promise : "next")),
			],
		});
		const running = pipeline.run({ args: { name: "first" } });
		const waiting = pipeline.run();
		await settle();
		assert.deepEqual(
			[pipeline.admission.running, pipeline.admission.waiting],
			[1, 1],
		);
		first.resolve("first");
		assert.equal((await running).response.result, "first");
		assert.equal((await waiting).response.result, "next");
		assert.deepEqual(
			[pipeline.admission.running, pipeline.admission.waiting],
			[0, 0],
		);
	});

	it("gives up in the line when its time is over, and hands its slot on", async () => {
		const first = later();
		const pipeline = new Pipeline({
			concurrentRequests: 1,
			actions: [
				action(({ args }) => (args.name === "first" ? first.promise : "next")),
			],
		});
		const running = pipeline.run({ args: { name: "first" } });
		const waiting = pipeline.run();
		await settle();
		pipeline.clock.advance(1000);
		assert.deepEqual(await refusal(waiting), [504, "portico.call.timeout", []]);
		first.resolve();
		await running;
		await settle();
		assert.equal(pipeline.admission.running, 0);
		assert.equal((await pipeline.run()).response.status, 200);
	});

	it("gives up in the line when its client is gone", async () => {
		const pipeline = new Pipeline({
			concurrentRequests: 1,
			actions: [action(() => never)],
		});
		void pipeline.run();
		const gone = new AbortController();
		const waiting = pipeline.run({}, () => gone.signal);
		gone.abort();
		assert.equal((await waiting).response.status, 504);
		assert.deepEqual(pipeline.lines, []);
	});

	it("is refused while the gateway shuts down; what runs is answered", async () => {
		const first = later<string>();
		const pipeline = new Pipeline({ actions: [action(() => first.promise)] });
		const running = pipeline.run();
		await settle();
		pipeline.admission.close();
		assert.deepEqual(await refusal(pipeline.run()), [
			503,
			"api.process.shutting_down",
			[],
		]);
		first.resolve("answered");
		assert.equal((await running).response.result, "answered");
		await pipeline.admission.idle();
	});
});

describe("a call that takes too long", () => {
	const steps: [string, Partial<Gatekeeper>][] = [
		["token", { authenticate: () => never }],
		["rights", { assertAllowed: () => never }],
		["rate", { assertRate: () => never }],
	];
	for (const [step, gate] of steps) {
		it(`ends at its deadline, with nothing changed: at the ${step}`, async () => {
			const pipeline = new Pipeline({ gate });
			const reply = pipeline.run();
			await settle();
			pipeline.clock.advance(1000);
			assert.deepEqual(await refusal(reply), [504, "portico.call.timeout", []]);
			assert.equal(pipeline.admission.running, 0);
		});
	}

	it("ends so in a hook, too, and then the action does not run", async () => {
		let ran = false;
		const pipeline = new Pipeline({
			actions: [
				action(() => {
					ran = true;
				}),
			],
			hooks: { before: [() => never] },
		});
		const reply = pipeline.run();
		await settle();
		pipeline.clock.advance(1000);
		assert.deepEqual(await refusal(reply), [504, "portico.call.timeout", []]);
		assert.equal(ran, false);
	});

	it("is answered with what the action makes of the signal", async () => {
		const pipeline = new Pipeline({
			actions: [
				action(
					({ signal }) =>
						new Promise((_, reject) => {
							const abort = signal();
							abort.addEventListener("abort", () => reject(abort.reason));
						}),
				),
			],
		});
		const reply = pipeline.run();
		await settle();
		pipeline.clock.advance(1000);
		assert.deepEqual(await refusal(reply), [504, "portico.call.timeout", []]);
	});

	it("has an unknown outcome when the action does not stop", async () => {
		const pipeline = new Pipeline({ actions: [action(() => never)] });
		const reply = pipeline.run();
		await settle();
		pipeline.clock.advance(1000);
		await settle();
		assert.equal(pipeline.admission.running, 1);
		pipeline.clock.advance(1000);
		assert.deepEqual(await refusal(reply), [
			504,
			"portico.call.outcome_unknown",
			[],
		]);
		assert.equal(pipeline.admission.running, 0);
	});

	it("logs no defect when a client goes away", async () => {
		const gone = new AbortController();
		const pipeline = new Pipeline({
			actions: [
				action(
					({ signal }) =>
						new Promise((_, reject) => {
							const abort = signal();
							abort.addEventListener("abort", () => reject(abort.reason));
						}),
				),
			],
		});
		const reply = pipeline.run({}, () => gone.signal);
		await settle();
		gone.abort();
		assert.equal((await reply).response.status, 504);
		assert.deepEqual(pipeline.lines, []);
	});

	it("asks for no signal where nothing waits", async () => {
		const pipeline = new Pipeline();
		const { response } = await pipeline.run({}, () => {
			throw new Error("It was asked for.");
		});
		assert.equal(response.result, "done");
	});
});
