import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Deadline } from "../../src/call/deadline.ts";
import { type Clock, ManualClock } from "../../src/lib/clock.ts";
import { isError } from "../support/assert-error.ts";
import { later, settle } from "../support/settle.ts";

/** A clock that counts the timers it holds. */
class CountingClock extends ManualClock {
	timers = 0;

	override schedule(delayMs: number, run: () => void): () => void {
		this.timers++;
		let isHeld = true;
		const drop = () => {
			if (isHeld) this.timers--;
			isHeld = false;
		};
		const cancel = super.schedule(delayMs, () => {
			drop();
			run();
		});
		return () => {
			drop();
			cancel();
		};
	}
}

function deadline(clock: Clock, aborted?: () => AbortSignal): Deadline {
	return new Deadline(clock, clock.now() + 100, aborted);
}

const never = new Promise<never>(() => {});

describe("the deadline of a call", () => {
	it("makes neither a timer nor a signal until it is asked for one", () => {
		const clock = new CountingClock();
		let asked = 0;
		const limit = deadline(clock, () => {
			asked++;
			return new AbortController().signal;
		});
		assert.deepEqual([clock.timers, asked], [0, 0]);
		assert.equal(limit.signal(), limit.signal());
		assert.deepEqual([clock.timers, asked], [1, 1]);
	});

	it("fires its signal when the time is over, not before", () => {
		const clock = new ManualClock();
		const signal = deadline(clock).signal();
		clock.advance(99);
		assert.equal(signal.aborted, false);
		clock.advance(1);
		isError("portico.call.timeout")(signal.reason);
	});

	it("counts from the beginning of the call, not from the first use", () => {
		const clock = new ManualClock();
		const limit = deadline(clock);
		clock.advance(60);
		const signal = limit.signal();
		clock.advance(40);
		assert.equal(signal.aborted, true);

		const late = deadline(clock);
		clock.advance(101);
		assert.equal(late.signal().aborted, true);
	});

	it("fires with the client's reason when the client goes", async () => {
		const clock = new CountingClock();
		const gone = new AbortController();
		const limit = deadline(clock, () => gone.signal);
		const waiting = limit.before(never);
		gone.abort(new Error("gone"));
		await assert.rejects(waiting, /^Error: gone$/);
		assert.equal(limit.isClientGone(gone.signal.reason), true);
		assert.equal(limit.isClientGone(new Error("gone")), false);
		limit.end();
		assert.equal(clock.timers, 0);
	});

	it("does not take its own timeout for a client that is gone", () => {
		const clock = new ManualClock();
		const gone = new AbortController();
		const limit = deadline(clock, () => gone.signal);
		const signal = limit.signal();
		clock.advance(100);
		gone.abort();
		assert.equal(limit.isClientGone(signal.reason), false);
	});

	it("ends a step before the action as soon as the time is over", async () => {
		const clock = new ManualClock();
		const waiting = deadline(clock).before(never);
		clock.advance(100);
		await assert.rejects(waiting, isError("portico.call.timeout"));
	});

	it("gives an action a second to settle, then says that the outcome is unknown", async () => {
		const clock = new ManualClock();
		const limit = deadline(clock);
		let outcome: unknown;
		limit.limit(never).catch((error: unknown) => {
			outcome = error;
		});
		clock.advance(100);
		clock.advance(999);
		await settle();
		assert.equal(outcome, undefined);
		clock.advance(1);
		await settle();
		isError("portico.call.outcome_unknown")(outcome);
	});

	it("takes what an action says within that second", async () => {
		const clock = new ManualClock();
		const work = later<string>();
		const waiting = deadline(clock).limit(work.promise);
		clock.advance(500);
		work.resolve("done");
		assert.equal(await waiting, "done");
	});

	it("limits an action that begins when the client is already gone", async () => {
		const clock = new ManualClock();
		const limit = deadline(clock, () => AbortSignal.abort(new Error("gone")));
		const waiting = limit.limit(never);
		clock.advance(1000);
		await assert.rejects(waiting, isError("portico.call.outcome_unknown"));
	});

	it("leaves no timer and no listener behind", async () => {
		const clock = new CountingClock();
		const gone = new AbortController();
		const limit = deadline(clock, () => gone.signal);
		assert.equal(await limit.limit(Promise.resolve(1)), 1);
		limit.end();
		assert.equal(clock.timers, 0);
		const signal = limit.signal();
		gone.abort();
		assert.equal(signal.aborted, false);

		const slow = deadline(clock);
		slow.limit(never).catch(() => {});
		clock.advance(100);
		slow.end();
		assert.equal(clock.timers, 0);
	});
});
