import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { mapLimited } from "../../src/lib/map-limited.ts";
import { settle } from "../support/settle.ts";

describe("mapLimited", () => {
	it("answers in the items' order, whichever ends first", async () => {
		const results = await mapLimited([3, 1, 2], 3, async (item, position) => {
			for (let turn = 0; turn < item; turn++) await settle();
			return `${position}:${item}`;
		});
		assert.deepEqual(results, ["0:3", "1:1", "2:2"]);
		assert.deepEqual(await mapLimited([], 3, async () => 1), []);
	});

	it("runs no more at once than allowed, and as many", async () => {
		let running = 0;
		let most = 0;
		await mapLimited(Array.from({ length: 20 }), 4, async () => {
			most = Math.max(most, ++running);
			await settle();
			running--;
		});
		assert.equal(most, 4);
	});

	it("begins nothing after a failure, and waits for what is under way", async () => {
		const begun: number[] = [];
		let ended = false;
		const failing = mapLimited([1, 2, 3, 4], 2, async (item) => {
			begun.push(item);
			if (item === 1) throw new Error("no");
			await settle();
			ended = true;
		});
		await assert.rejects(failing, /no/);
		assert.deepEqual(begun, [1, 2]);
		assert.ok(ended);
	});
});
