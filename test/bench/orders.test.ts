import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	COMMON_WORD,
	customerOf,
	ORDERS_MAPPING,
	ORDERS_PER_CUSTOMER,
	order,
	orderId,
} from "../../bench/corpus/orders.ts";

const COUNT = 2_000;
const numbers = Array.from({ length: COUNT }, (_, n) => n);

describe('the corpus "orders"', () => {
	it("has documents of about 400 bytes, with the fields of its mapping", () => {
		const bytes = numbers.reduce(
			(sum, n) => sum + JSON.stringify(order(n)).length,
			0,
		);
		assert.ok(bytes / COUNT > 380 && bytes / COUNT < 440, String(bytes));
		assert.deepEqual(
			Object.keys(order(0)),
			Object.keys(ORDERS_MAPPING.properties),
		);
	});

	it("is the same whenever it is made, and each document is another", () => {
		assert.deepEqual(order(7), order(7));
		assert.equal(orderId(7), "2c8a669126ae4b6b7");
		assert.equal(new Set(numbers.map(orderId)).size, COUNT);
		assert.equal(new Set(numbers.map((n) => order(n).note)).size, COUNT);
	});

	it("gives each customer as many, and the common word to nine in ten", () => {
		const mine = numbers.filter((n) => order(n).customer === customerOf(15));
		assert.equal(mine.length, ORDERS_PER_CUSTOMER);
		const common = numbers.filter((n) =>
			order(n).note.split(" ").includes(COMMON_WORD),
		);
		assert.ok(Math.abs(common.length / COUNT - 0.9) < 0.03);
	});
});
