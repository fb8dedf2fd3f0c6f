import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Memory } from "../../src/security/memory.ts";
import { later, settle } from "../support/settle.ts";

/** A store of one value whose reads the test answers, one by one. */
class Reads {
	readonly #open: ReturnType<typeof later<string | undefined>>[] = [];
	count = 0;

	readonly read = (): Promise<string | undefined> => {
		this.count++;
		const reading = later<string | undefined>();
		this.#open.push(reading);
		return reading.promise;
	};

	/** Answers the oldest read that is open. */
	async answer(value: string | undefined | Error): Promise<void> {
		const reading = this.#open.shift();
		assert.ok(reading, "nothing is being read");
		if (value instanceof Error) reading.reject(value);
		else reading.resolve(value);
		await settle();
	}
}

describe("what is remembered of the store", () => {
	it("is read once for all who ask at once, and then no more", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		const asking = [1, 2, 3].map(() => memory.load("key", reads.read));
		await reads.answer("value");
		assert.deepEqual(await Promise.all(asking), ["value", "value", "value"]);
		assert.equal(reads.count, 1);
		assert.equal(memory.peek("key"), "value");
	});

	it("is not that there is nothing", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		const asking = memory.load("key", reads.read);
		await reads.answer(undefined);
		assert.equal(await asking, undefined);
		assert.equal(memory.size, 0);
		const again = memory.load("key", reads.read);
		await reads.answer("value");
		assert.equal(await again, "value");
	});

	it("is not a failure: the next who asks reads again", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		const asking = memory.load("key", reads.read);
		const rejected = assert.rejects(asking, /away/);
		await reads.answer(new Error("away"));
		await rejected;
		const again = memory.load("key", reads.read);
		await reads.answer("value");
		assert.equal(await again, "value");
	});

	it("is read again by a load that was under way when it was forgotten", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		const asking = memory.load("key", reads.read);
		memory.forget("key");
		await reads.answer("old");
		assert.equal(memory.peek("key"), undefined);
		await reads.answer("new");
		assert.equal(await asking, "new");
		assert.equal(memory.peek("key"), "new");
	});

	it("is read again, too, when everything was forgotten", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		memory.remember("other", "x");
		const asking = memory.load("key", reads.read);
		memory.clear();
		assert.equal(memory.size, 0);
		await reads.answer("old");
		await reads.answer("new");
		assert.equal(await asking, "new");
	});

	it("never comes back, however often it is forgotten and asked for meanwhile", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		const first = memory.load("key", reads.read);
		memory.forget("key");
		const second = memory.load("key", reads.read);
		await reads.answer("one");
		memory.forget("key");
		await reads.answer("two");
		assert.equal(memory.peek("key"), undefined, "two was read before");
		await reads.answer("three");
		assert.deepEqual(await Promise.all([first, second]), ["three", "three"]);
		assert.equal(memory.peek("key"), "three");
		assert.equal(reads.count, 3);
	});

	it("is bounded: the oldest goes", () => {
		const memory = new Memory<number>(3);
		for (let number = 0; number < 5; number++) {
			memory.remember(`key${number}`, number);
		}
		assert.equal(memory.size, 3);
		assert.equal(memory.peek("key1"), undefined);
		assert.equal(memory.peek("key2"), 2);
		memory.remember("key4", 44);
		assert.equal(memory.size, 3);
		assert.equal(memory.peek("key2"), 2);
	});

	it("comes to the others when one of those who ask gives up", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		const gone = new AbortController();
		const leaving = memory.load("key", reads.read, gone.signal);
		const staying = memory.load("key", reads.read);
		gone.abort(new Error("gone"));
		await assert.rejects(leaving, /^Error: gone$/);
		await reads.answer("value");
		assert.equal(await staying, "value");
	});

	it("is not read for who has given up before", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		const signal = AbortSignal.abort(new Error("gone"));
		await assert.rejects(memory.load("key", reads.read, signal), /gone/);
		assert.equal(reads.count, 0);
	});

	it("fails unheard when all who asked have given up", async () => {
		const memory = new Memory<string>(10);
		const reads = new Reads();
		const gone = new AbortController();
		const leaving = memory.load("key", reads.read, gone.signal);
		gone.abort(new Error("gone"));
		await assert.rejects(leaving, /gone/);
		await reads.answer(new Error("away"));
	});
});
