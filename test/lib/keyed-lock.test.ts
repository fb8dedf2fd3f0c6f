import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createKeyedLock } from "../../src/lib/keyed-lock.ts";

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the keyed lock", () => {
	test("tasks of one key run one after the other, in order", async () => {
		const lock = createKeyedLock();
		const log: string[] = [];
		const all = ["a", "b", "c"].map((name) =>
			lock("key", async () => {
				log.push(`${name} begins`);
				await settle();
				log.push(`${name} ends`);
				return name;
			}),
		);
		assert.deepEqual(await Promise.all(all), ["a", "b", "c"]);
		assert.deepEqual(log, [
			"a begins",
			"a ends",
			"b begins",
			"b ends",
			"c begins",
			"c ends",
		]);
	});

	test("tasks of other keys do not wait", async () => {
		const lock = createKeyedLock();
		let release = () => {};
		const held = lock(
			"one",
			() =>
				new Promise<void>((resolve) => {
					release = resolve;
				}),
		);
		assert.equal(await lock("other", async () => "done"), "done");
		release();
		await held;
	});

	test("a task that fails fails alone", async () => {
		const lock = createKeyedLock();
		const failing = lock("key", async () => {
			throw new Error("broken");
		});
		const next = lock("key", async () => "fine");
		await assert.rejects(failing, { message: "broken" });
		assert.equal(await next, "fine");
		assert.equal(await lock("key", async () => "later"), "later");
	});
});
