import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Bus } from "../../src/bus/bus.ts";
import type { JsonValue } from "../../src/lib/json.ts";
import { later } from "../support/settle.ts";

export interface BusUnderTest {
	/** Open. What one node publishes must reach the others, and itself. */
	readonly nodes: readonly Bus[];
	/** Messages that were logged as errors. */
	readonly errors: readonly string[];
	close(): Promise<void>;
}

/** Everything that the bus port promises, as tests. `makeBus` answers the nodes of one gateway. */
export function busContract(
	name: string,
	makeBus: () => Promise<BusUnderTest>,
): void {
	describe(`the bus contract, kept by ${name}`, () => {
		let made: BusUnderTest;
		beforeEach(async () => {
			made = await makeBus();
		});
		afterEach(() => made.close());

		const publisher = (): Bus => {
			const [node] = made.nodes;
			if (node === undefined) throw new Error("There is no node.");
			return node;
		};

		it("brings each message to every subscriber of its topic once, on every node", async () => {
			const heard: unknown[] = [];
			made.nodes.forEach((node, number) => {
				node.subscribe(
					"topic",
					(message) => void heard.push([number, message]),
				);
				node.subscribe("other", () => void heard.push("other"));
			});
			const { acknowledged } = await publisher().publish("topic", { a: [1] });
			assert.equal(acknowledged, true);
			assert.deepEqual(
				heard.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
				made.nodes.map((_, number) => [number, { a: [1] }]),
			);
		});

		it("keeps the order of one node's messages", async () => {
			const heard: JsonValue[] = [];
			publisher().subscribe("topic", (message) => void heard.push(message));
			const messages = Array.from({ length: 100 }, (_, number) => number);
			await Promise.all(
				messages.map((number) => publisher().publish("topic", number)),
			);
			assert.deepEqual(heard, messages);
		});

		it("calls subscribers in their order, and none waits for another", async () => {
			const heard: string[] = [];
			const slow = later();
			publisher().subscribe("topic", async () => {
				heard.push("first");
				await slow.promise;
				heard.push("first ended");
			});
			publisher().subscribe("topic", () => {
				heard.push("second");
				slow.resolve();
			});
			await publisher().publish("topic", null);
			assert.deepEqual(heard, ["first", "second", "first ended"]);
		});

		it("acknowledges once the subscribers have finished", async () => {
			const slow = later();
			let ended = false;
			publisher().subscribe("topic", async () => {
				await slow.promise;
				ended = true;
			});
			const publishing = publisher().publish("topic", null, {
				timeoutMs: 60_000,
			});
			slow.resolve();
			assert.deepEqual(await publishing, { acknowledged: true });
			assert.equal(ended, true);
		});

		it("says so when they have not within the time", async () => {
			const slow = later();
			publisher().subscribe("topic", () => slow.promise);
			const answer = await publisher().publish("topic", null, { timeoutMs: 1 });
			assert.deepEqual(answer, { acknowledged: false });
			slow.resolve();
		});

		it("logs the failure of a subscriber, which stops no other", async () => {
			const heard: string[] = [];
			publisher().subscribe("topic", () => {
				throw new Error("at once");
			});
			publisher().subscribe("topic", () =>
				Promise.reject(new Error("a moment later")),
			);
			publisher().subscribe("topic", () => void heard.push("reached"));
			const { acknowledged } = await publisher().publish("topic", null);
			assert.equal(acknowledged, true);
			assert.deepEqual(heard, ["reached"]);
			assert.equal(made.errors.length, 2);
		});

		it("reaches nobody who has unsubscribed", async () => {
			const heard: JsonValue[] = [];
			const stop = publisher().subscribe(
				"topic",
				(message) => void heard.push(message),
			);
			await publisher().publish("topic", 1);
			stop();
			await publisher().publish("topic", 2);
			assert.deepEqual(heard, [1]);
		});

		it("hands each subscriber a message of its own", async () => {
			const message = { list: [1] };
			const seen: unknown[] = [];
			for (let count = 0; count < 2; count++) {
				publisher().subscribe("topic", (received) => {
					seen.push(structuredClone(received));
					(received as { list: number[] }).list.push(2);
				});
			}
			await publisher().publish("topic", message);
			assert.deepEqual(seen, [{ list: [1] }, { list: [1] }]);
			assert.deepEqual(message, { list: [1] });
		});

		it("takes a message that nobody listens to", async () => {
			assert.deepEqual(await publisher().publish("nobody", 1), {
				acknowledged: true,
			});
		});
	});
}
