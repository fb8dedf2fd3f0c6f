/**
 * One node of a bus in a process of its own, for tests that stop or kill one: `node node-process.js <port> <prefix>`. It writes "open"
 * once it is, then each message of the topic `news` as a line of JSON. The message "hang" is never finished with.
 */
import { createRedisBus } from "../../../src/bus/redis/redis-bus.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLog } from "../../../src/lib/log.ts";

const [port, prefix = ""] = process.argv.slice(2);

const bus = createRedisBus({
	settings: {
		node: { host: "127.0.0.1", port: Number(port) },
		database: 0,
		options: {},
		commandTimeoutMs: 1000,
	},
	prefix,
	clock: systemClock,
	ids: randomIds,
	log: silentLog,
});
bus.subscribe("news", async (message) => {
	console.log(JSON.stringify(message));
	if (message === "hang") await new Promise(() => {});
});
await bus.open();
console.log("open");
