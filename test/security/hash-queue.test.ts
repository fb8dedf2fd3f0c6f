import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { createHashQueue } from "../../src/security/hash-queue.ts";

/** Tasks that end when told to, and remember the order in which they began. */
function createTasks() {
	const begun: string[] = [];
	const finish = new Map<string, () => void>();
	return {
		begun,
		finish: (name: string) => finish.get(name)?.(),
		task: (name: string) => () => {
			begun.push(name);
			return new Promise<string>((resolve) => {
				finish.set(name, () => resolve(name));
			});
		},
	};
}

/** Lets every promise that is ready go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("the hash queue", () => {
	test("runs so many at once and the rest in order", async () => {
		const queue = createHashQueue({ concurrency: 2, queueMax: 10 });
		const { begun, finish, task } = createTasks();
		const all = ["a", "b", "c", "d"].map((name) => queue.run(task(name)));
		await settle();
		assert.deepEqual(begun, ["a", "b"]);
		finish("b");
		await settle();
		assert.deepEqual(begun, ["a", "b", "c"]);
		finish("a");
		await settle();
		finish("c");
		finish("d");
		assert.deepEqual(await Promise.all(all), ["a", "b", "c", "d"]);
	});

	test("a newcomer does not overtake those who wait", async () => {
		const queue = createHashQueue({ concurrency: 1, queueMax: 10 });
		const { begun, finish, task } = createTasks();
		const first = queue.run(task("first"));
		const second = queue.run(task("second"));
		await settle();
		finish("first");
		await first;
		const late = queue.run(task("late"));
		await settle();
		assert.deepEqual(begun, ["first", "second"]);
		finish("second");
		await second;
		await settle();
		finish("late");
		assert.equal(await late, "late");
	});

	test("refuses with 503 when too many wait, and takes more once there is room", async () => {
		const queue = createHashQueue({ concurrency: 1, queueMax: 1 });
		const { finish, task } = createTasks();
		const first = queue.run(task("first"));
		const second = queue.run(task("second"));
		await settle();
		await assert.rejects(
			queue.run(task("third")),
			(error) =>
				isErrorId(error, "api.process.overloaded") && error.status === 503,
		);
		finish("first");
		await first;
		await settle();
		finish("second");
		await second;
		const fourth = queue.run(task("fourth"));
		await settle();
		finish("fourth");
		assert.equal(await fourth, "fourth");
	});

	test("an aborted task leaves the line without having run", async () => {
		const queue = createHashQueue({ concurrency: 1, queueMax: 1 });
		const { begun, finish, task } = createTasks();
		const gone = new AbortController();
		const first = queue.run(task("first"));
		const second = queue.run(task("second"), gone.signal);
		const refused = assert.rejects(second, { message: "gone" });
		await settle();
		gone.abort(new Error("gone"));
		await refused;
		const third = queue.run(task("third"));
		await settle();
		finish("first");
		await first;
		await settle();
		assert.deepEqual(begun, ["first", "third"]);
		finish("third");
		await third;
		await assert.rejects(queue.run(task("never"), gone.signal), {
			message: "gone",
		});
	});

	test("a task that fails gives its place back", async () => {
		const queue = createHashQueue({ concurrency: 1, queueMax: 0 });
		await assert.rejects(
			queue.run(async () => {
				throw new Error("broken");
			}),
			{ message: "broken" },
		);
		assert.equal(await queue.run(async () => "fine"), "fine");
	});
});
