import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
	createGathering,
	type GatherOptions,
} from "../../../src/storage/elasticsearch/gather.ts";

const OUTCOME_UNKNOWN = { id: "portico.call.outcome_unknown" };
const OVERLOADED = { id: "api.process.overloaded", status: 503 };

interface Sent {
	readonly lane: string;
	readonly items: readonly string[];
	readonly signal: AbortSignal;
	answer(): void;
	fail(error: Error): void;
}

/** A gathering whose requests the test answers by hand. */
function start(options: Partial<GatherOptions<string, string>> = {}) {
	const sent: Sent[] = [];
	const gathering = createGathering<string, string>({
		effect: "write",
		underWayMax: 1,
		itemsMax: 100,
		sizeMax: 1_000,
		waitingMax: 1_000,
		waitingSizeMax: 100_000,
		timeoutMs: 60_000,
		send: (lane, items, signal) =>
			new Promise((resolve, reject) => {
				sent.push({
					lane,
					items,
					signal,
					answer: () => resolve(items.map((item) => `done ${item}`)),
					fail: reject,
				});
			}),
		...options,
	});
	const ask = (
		item: string,
		more: { lane?: string; signal?: AbortSignal } = {},
	) => gathering.ask(more.lane ?? "lane", item, item.length, more);
	const answerAll = async () => {
		for (let n = 0; n < sent.length; n++) {
			sent[n]?.answer();
			await nextTurn();
			await nextTurn();
		}
	};
	return { gathering, ask, sent, answerAll };
}

describe("callers who are gathered", () => {
	it("travel together when they come in one turn, and each gets its own answer", async () => {
		const { ask, sent } = start();
		const asked = ["a", "b", "c"].map((item) => ask(item));
		await nextTurn();
		assert.deepEqual(
			sent.map(({ items }) => items),
			[["a", "b", "c"]],
		);
		sent[0]?.answer();
		assert.deepEqual(await Promise.all(asked), ["done a", "done b", "done c"]);
	});

	it("wait while enough is under way, and then go together, in their order", async () => {
		const { ask, sent, answerAll } = start({ underWayMax: 2 });
		const asked = [];
		for (const item of ["a", "b", "c", "d", "e"]) {
			asked.push(ask(item));
			await nextTurn();
		}
		assert.deepEqual(
			sent.map(({ items }) => items),
			[["a"], ["b"]],
		);
		await answerAll();
		assert.deepEqual(sent[2]?.items, ["c", "d", "e"]);
		assert.equal((await Promise.all(asked))[4], "done e");
	});

	it("are bounded by number and by size, and one that is larger than that goes alone", async () => {
		const { ask, sent, answerAll } = start({ itemsMax: 3, sizeMax: 10 });
		const large = "x".repeat(50);
		const asked = ["1", "2", "3", "4444", "55555", "6", large, "7"].map(
			(item) => ask(item),
		);
		await nextTurn();
		await answerAll();
		await Promise.all(asked);
		assert.deepEqual(
			sent.map(({ items }) => items),
			[["1", "2", "3"], ["4444", "55555", "6"], [large], ["7"]],
		);
	});

	it("do not wait for those of another lane", async () => {
		const { ask, sent } = start();
		const hangs = ask("a", { lane: "hangs" });
		await nextTurn();
		const other = ask("b", { lane: "goes" });
		await nextTurn();
		sent[1]?.answer();
		assert.equal(await other, "done b");
		sent[0]?.answer();
		assert.equal(await hangs, "done a");
	});

	it("are refused at once when too many wait", async () => {
		const { ask, sent, answerAll } = start({ waitingMax: 2 });
		const first = ask("a");
		await nextTurn();
		const waiting = [ask("b"), ask("c")];
		await assert.rejects(ask("d"), OVERLOADED);
		assert.equal(sent.length, 1);
		await answerAll();
		await Promise.all([first, ...waiting]);
		const again = ask("d");
		await nextTurn();
		sent.at(-1)?.answer();
		assert.equal(await again, "done d");
	});

	it("are refused at once when too much waits", async () => {
		const { ask, answerAll } = start({ waitingSizeMax: 10 });
		const asked = [ask("x".repeat(100))];
		await nextTurn();
		asked.push(ask("x".repeat(8)));
		await assert.rejects(ask("yyy"), OVERLOADED);
		await answerAll();
		await Promise.all(asked);
	});

	it("share the failure of their request, and nobody else does", async () => {
		const { ask, sent } = start();
		const failing = [ask("a"), ask("b")];
		await nextTurn();
		const next = ask("c");
		const broken = new Error("broken");
		sent[0]?.fail(broken);
		for (const call of failing)
			await assert.rejects(call, (error) => error === broken);
		await nextTurn();
		sent[1]?.answer();
		assert.equal(await next, "done c");
	});
});

describe("a caller who leaves", () => {
	const reason = new Error("gone");

	it("before its turn is told why, and its item is never sent", async () => {
		const { ask, sent, answerAll } = start();
		const leaving = new AbortController();
		const first = ask("a");
		await nextTurn();
		const gone = ask("b", { signal: leaving.signal });
		const next = ask("c");
		leaving.abort(reason);
		await assert.rejects(gone, (error) => error === reason);
		await answerAll();
		await Promise.all([first, next]);
		assert.deepEqual(sent[1]?.items, ["c"]);
	});

	it("after it was sent leaves the others their answers, and an unknown outcome to a write", async () => {
		for (const effect of ["read", "write"] as const) {
			const { ask, sent } = start({ effect });
			const leaving = new AbortController();
			const gone = ask("a", { signal: leaving.signal });
			const stays = ask("b");
			await nextTurn();
			leaving.abort(reason);
			if (effect === "write") await assert.rejects(gone, OUTCOME_UNKNOWN);
			else await assert.rejects(gone, (error) => error === reason);
			assert.equal(sent[0]?.signal.aborted, false);
			sent[0]?.answer();
			assert.equal(await stays, "done b");
		}
	});

	it("as the last one of a request ends it", async () => {
		const { ask, sent } = start();
		const leaving = [new AbortController(), new AbortController()];
		const asked = leaving.map(({ signal }) => ask("a", { signal }));
		await nextTurn();
		for (const each of leaving) each.abort(reason);
		for (const call of asked) await assert.rejects(call, OUTCOME_UNKNOWN);
		assert.equal(sent[0]?.signal.aborted, true);
	});

	it("because its time is over was never sent, or nobody knows", async () => {
		const { ask, sent } = start({ timeoutMs: 20 });
		const wasSent = ask("a");
		await nextTurn();
		const waits = ask("b");
		await assert.rejects(wasSent, OUTCOME_UNKNOWN);
		await assert.rejects(waits, { id: "services.storage.not_connected" });
		assert.equal(sent.length, 1);
	});
});

it("a gathering is idle once the last answer is there", async () => {
	const { gathering, ask, sent } = start();
	await gathering.idle();
	const asked = ask("a");
	let isIdle = false;
	const idle = gathering.idle().then(() => {
		isIdle = true;
	});
	await nextTurn();
	assert.equal(isIdle, false);
	sent[0]?.answer();
	await asked;
	await idle;
});
