import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Admission } from "../../src/call/admission.ts";
import { isError } from "../support/assert-error.ts";
import { settle } from "../support/settle.ts";

describe("admission", () => {
	it("lets in as many as may run at once without a promise", () => {
		const admission = new Admission({
			concurrentRequests: 2,
			requestsBufferSize: 1,
		});
		assert.equal(admission.enter(), undefined);
		assert.equal(admission.enter(), undefined);
		assert.ok(admission.enter() instanceof Promise);
		assert.deepEqual([admission.running, admission.waiting], [2, 1]);
	});

	it("refuses whoever finds the line full, and lets in the next once there is room", async () => {
		const admission = new Admission({
			concurrentRequests: 1,
			requestsBufferSize: 1,
		});
		void admission.enter();
		const waiting = admission.enter();
		assert.equal(admission.overloaded, true);
		assert.throws(
			() => void admission.enter(),
			isError("api.process.overloaded"),
		);
		admission.leave();
		await waiting;
		assert.equal(admission.overloaded, false);
		assert.ok(admission.enter() instanceof Promise);
	});

	it("is not overloaded while slots are free, even where nobody may wait", () => {
		const admission = new Admission({
			concurrentRequests: 1,
			requestsBufferSize: 0,
		});
		assert.equal(admission.overloaded, false);
		void admission.enter();
		assert.equal(admission.overloaded, true);
		assert.throws(
			() => void admission.enter(),
			isError("api.process.overloaded"),
		);
	});

	it("serves the line in order, however long, and counts right at its end", async () => {
		const admission = new Admission({
			concurrentRequests: 1,
			requestsBufferSize: 5000,
		});
		void admission.enter();
		const served: number[] = [];
		for (let number = 0; number < 5000; number++) {
			void Promise.resolve(admission.enter()).then(() => {
				served.push(number);
				admission.leave();
			});
		}
		admission.leave();
		await settle();
		assert.deepEqual(
			served,
			Array.from({ length: 5000 }, (_, number) => number),
		);
		assert.deepEqual([admission.running, admission.waiting], [0, 0]);
	});

	it("refuses what is new once closed; what waits goes on, and then it is idle", async () => {
		const admission = new Admission({
			concurrentRequests: 1,
			requestsBufferSize: 5,
		});
		void admission.enter();
		const waiting = admission.enter();
		admission.close();
		assert.throws(
			() => void admission.enter(),
			isError("api.process.shutting_down"),
		);
		let idle = false;
		const idling = admission.idle().then(() => {
			idle = true;
		});
		admission.leave();
		await waiting;
		assert.equal(idle, false);
		admission.leave();
		await idling;
		await admission.idle();
	});
});
