import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import type { Bus } from "../../../src/bus/bus.ts";
import { createRedisBus } from "../../../src/bus/redis/redis-bus.ts";
import {
	type Clock,
	ManualClock,
	systemClock,
} from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import type { JsonValue } from "../../../src/lib/json.ts";
import { type Log, silentLog } from "../../../src/lib/log.ts";
import { busContract } from "../../contracts/bus.contract.ts";
import { eventually } from "../../support/eventually.ts";
import { hasRedis, startRedis, type TestRedis } from "../../support/redis.ts";
import { later } from "../../support/settle.ts";

const NODE_PROCESS = fileURLToPath(
	new URL("./node-process.js", import.meta.url),
);
/** Of what is to be acknowledged: far more than it takes. */
const LONG_MS = 60_000;

if (hasRedis()) {
	let redis: TestRedis;
	before(async () => {
		redis = await startRedis();
	});
	after(() => redis.stop());

	busContract("the bus on Redis, with three nodes", async () => {
		const errors: string[] = [];
		const log: Log = {
			...silentLog,
			error: (_fields, message) => errors.push(message),
		};
		const prefix = randomUUID();
		const nodes = [1, 2, 3].map(() => createNode(redis, prefix, { log }));
		await Promise.all(nodes.map((node) => node.open()));
		return {
			nodes,
			errors,
			close: async () => {
				await Promise.all(nodes.map((node) => node.close()));
			},
		};
	});

	describe("the bus on Redis", () => {
		let prefix: string;
		let opened: Bus[];
		let children: ChildProcess[];
		beforeEach(() => {
			prefix = randomUUID();
			opened = [];
			children = [];
		});
		afterEach(async () => {
			for (const child of children) child.kill("SIGKILL");
			await Promise.all(opened.map((bus) => bus.close()));
		});

		const open = async (options: NodeOptions = {}): Promise<Bus> => {
			const bus = createNode(options.redis ?? redis, prefix, options);
			opened.push(bus);
			await bus.open();
			return bus;
		};
		const spawnNode = async (): Promise<NodeProcess> => {
			const node = await startNode(redis, prefix);
			children.push(node.child);
			return node;
		};

		it("acknowledges once the other nodes have finished", async () => {
			const [one, other] = [await open(), await open()];
			const slow = later();
			let ended = false;
			other.subscribe("news", async () => {
				await slow.promise;
				ended = true;
			});
			const publishing = one.publish("news", 1, { timeoutMs: LONG_MS });
			slow.resolve();
			assert.deepEqual(await publishing, { acknowledged: true });
			assert.equal(ended, true);
		});

		it("keeps the order of one node's messages on the others", async () => {
			const [one, other] = [await open(), await open()];
			const heard: JsonValue[] = [];
			other.subscribe("news", (message) => void heard.push(message));
			const messages = Array.from({ length: 200 }, (_, number) => number);
			await Promise.all(messages.map((number) => one.publish("news", number)));
			assert.deepEqual(heard, messages);
		});

		it("waits for a stopped node no longer than asked, and that node hears it when it goes on", async () => {
			const bus = await open();
			const node = await spawnNode();
			node.child.kill("SIGSTOP");
			const answer = await bus.publish("news", 1, { timeoutMs: 300 });
			assert.deepEqual(answer, { acknowledged: false });
			node.child.kill("SIGCONT");
			await eventually("the node has heard it", () => node.heard.includes(1));
		});

		it("waits no longer than asked for a node that is killed in the middle, and not for one that is gone", async () => {
			const bus = await open();
			const node = await spawnNode();
			const publishing = bus.publish("news", "hang", { timeoutMs: 1000 });
			await eventually("it hangs", () => node.heard.includes("hang"));
			node.child.kill("SIGKILL");
			assert.deepEqual(await publishing, { acknowledged: false });
			await eventually("only the live ones are waited for", async () => {
				const { acknowledged } = await bus.publish("news", 2, {
					timeoutMs: LONG_MS,
				});
				return acknowledged;
			});
		});

		it("hears nothing of another prefix or another database", async () => {
			const bus = await open();
			const foreign = createNode(redis, `${prefix}x`, {});
			const settings = { ...redis.settings, database: 1 };
			const other = createNode({ settings }, prefix, {});
			opened.push(foreign, other);
			await Promise.all([foreign.open(), other.open()]);
			const heard: JsonValue[] = [];
			bus.subscribe("news", (message) => void heard.push(message));
			await foreign.publish("news", "of another prefix");
			await other.publish("news", "of another database");
			await bus.publish("news", "own");
			assert.deepEqual(heard, ["own"]);
		});

		it("logs what it cannot read, and goes on", async () => {
			const errors: string[] = [];
			const bus = await open({
				log: { ...silentLog, error: (_, message) => errors.push(message) },
			});
			const intruder = new Redis(redis.port, "127.0.0.1");
			try {
				for (const text of ["{", "null", "[1]", '{"topic":{}}'])
					await intruder.publish(`${prefix}portico/bus/0`, text);
				await eventually("it was logged", () => errors.length > 0);
			} finally {
				intruder.disconnect();
			}
			assert.deepEqual(await bus.publish("news", 1), { acknowledged: true });
		});

		it("is lost at once when Redis is, and comes back by itself", async () => {
			const own = await startRedis();
			try {
				const [one, other] = [
					await open({ redis: own }),
					await open({ redis: own }),
				];
				const told: boolean[] = [];
				const heard: JsonValue[] = [];
				one.onConnectivity((connected) => void told.push(connected));
				one.subscribe("news", (message) => void heard.push(message));
				await own.kill();
				await eventually("it is told", () => told.length > 0);
				const answer = await one.publish("news", 1, { timeoutMs: 1 });
				assert.deepEqual(answer, { acknowledged: false });
				assert.deepEqual(heard, [1]);
				await own.restart();
				await eventually("it is told again", () => told.length > 1);
				assert.deepEqual(told, [false, true]);
				await eventually("the other one is heard", async () => {
					await other.publish("news", 2, { timeoutMs: 1000 });
					return heard.includes(2);
				});
			} finally {
				await own.stop();
			}
		});

		it("waits the whole time where nobody can be heard", async () => {
			const own = await startRedis();
			try {
				const bus = await open({ redis: own });
				await own.kill();
				let answered = false;
				const publishing = bus
					.publish("news", 1, { timeoutMs: 2000 })
					.then(() => {
						answered = true;
					});
				// What is answered at once is answered before a timer of one millisecond, many times over.
				await bus.publish("news", 2, { timeoutMs: 1 });
				assert.equal(answered, false);
				await publishing;
			} finally {
				await own.stop();
			}
		});

		it("opens without Redis, says so, and finds it later", async () => {
			const own = await startRedis();
			try {
				await own.kill();
				const bus = createNode(own, prefix, {});
				opened.push(bus);
				const told: boolean[] = [];
				bus.onConnectivity((connected) => void told.push(connected));
				await bus.open();
				assert.deepEqual(told, [false]);
				await own.restart();
				await eventually("it is told", () => told.length > 1);
				assert.deepEqual(told, [false, true]);
			} finally {
				await own.stop();
			}
		});

		it("takes a Redis that stands still for lost within its lease, and trusts it again when it goes on", async () => {
			const own = await startRedis();
			try {
				const clock = new ManualClock();
				const bus = await open({ redis: own, clock });
				const told: boolean[] = [];
				bus.onConnectivity((connected) => void told.push(connected));
				own.pause();
				clock.advance(899);
				bus.check();
				assert.deepEqual(told, []);
				clock.advance(1);
				bus.check();
				assert.deepEqual(told, [false]);
				own.resume();
				await eventually("it is told", () => {
					clock.advance(250);
					return told.length > 1;
				});
				assert.deepEqual(told, [false, true]);
			} finally {
				await own.stop();
			}
		});

		it("is not trusted after a time in which this process stood still, whatever its timers did", async () => {
			const clock = new FrozenTimers();
			const bus = await open({ clock });
			const told: boolean[] = [];
			bus.onConnectivity((connected) => void told.push(connected));
			bus.check();
			assert.deepEqual(told, []);
			clock.time += 900;
			bus.check();
			assert.deepEqual(told, [false]);
		});

		it("is not trusted by a clock that was set back", async () => {
			const clock = new FrozenTimers();
			const bus = await open({ clock });
			const told: boolean[] = [];
			bus.onConnectivity((connected) => void told.push(connected));
			clock.time -= 1;
			bus.check();
			assert.deepEqual(told, [false]);
		});
	});
}

interface NodeOptions {
	readonly log?: Log;
	readonly clock?: Clock;
	readonly redis?: Pick<TestRedis, "settings">;
}

function createNode(
	{ settings }: Pick<TestRedis, "settings">,
	prefix: string,
	{ log = silentLog, clock = systemClock }: NodeOptions,
): Bus {
	return createRedisBus({ settings, prefix, clock, ids: randomIds, log });
}

interface NodeProcess {
	readonly child: ChildProcess;
	/** Messages of the topic `news`, as far as it has come. */
	readonly heard: JsonValue[];
}

async function startNode(
	{ port }: TestRedis,
	prefix: string,
): Promise<NodeProcess> {
	const child = spawn(process.execPath, [NODE_PROCESS, `${port}`, prefix], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	let output = "";
	const heard: JsonValue[] = [];
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		const lines = (output + text).split("\n");
		output = lines.pop() ?? "";
		for (const line of lines)
			heard.push(line === "open" ? line : (JSON.parse(line) as JsonValue));
	});
	await eventually("the process is open", () => heard.includes("open"));
	return { child, heard };
}

/** Time goes on, and no timer is called. */
class FrozenTimers implements Clock {
	time = 1_700_000_000_000;
	now(): number {
		return this.time;
	}
	schedule(): () => void {
		return () => {};
	}
}
