import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { startGateway, type TestGateway } from "../../support/gateway.ts";

const run = promisify(execFile);
const WAIT_S = "20";

describe("Mosquitto's clients", () => {
	let gateway: TestGateway;
	const children: ChildProcess[] = [];
	before(async () => {
		gateway = await startGateway({
			config: {
				server: {
					protocols: {
						mqtt: { enabled: true, allowPubSub: true, developmentMode: true },
					},
				},
			},
		});
	});
	after(async () => {
		for (const child of children) child.kill();
		await gateway.stop();
	});
	const where = () => ["-h", "127.0.0.1", "-p", String(gateway.mqttPort)];

	/** Listens until one message has come, and resolves once the broker has acknowledged that. */
	async function listen(topic: string, qos: string) {
		// Line by line: what goes into a pipe would else wait for the end of the program.
		const listener = spawn("stdbuf", [
			...["-oL", "mosquitto_sub", ...where()],
			...["-t", topic, "-q", qos, "-C", "1", "-W", WAIT_S, "-d"],
		]);
		children.push(listener);
		const ended = once(listener, "close");
		let output = "";
		await new Promise<void>((resolve, reject) => {
			listener.stdout.on("data", (chunk) => {
				output += chunk;
				if (/Subscribed \(mid/.test(output)) resolve();
			});
			ended.then(() => reject(new Error(output)), reject);
		});
		return async () => {
			assert.deepEqual(await ended, [0, null], output);
			return output;
		};
	}

	function publish(topic: string, message: string, ...more: string[]) {
		return run("mosquitto_pub", [
			...where(),
			...["-t", topic, "-m", message, ...more],
		]);
	}

	it("ask and are answered", async () => {
		// The program that asks does not listen: in development answers go to everybody.
		const answer = await listen("Kuzzle/response", "1");
		const request = { controller: "server", action: "now", requestId: "m1" };
		await publish("Kuzzle/request", JSON.stringify(request), "-q", "1");
		const { status, requestId } = JSON.parse(lineOf(await answer()));
		assert.deepEqual([status, requestId], [200, "m1"]);
	});

	it("publish and listen to each other with each QoS", async () => {
		for (const qos of ["0", "1", "2"]) {
			const topic = `lamps/${qos}`;
			const message = await listen(topic, qos);
			await publish(topic, "on", "-q", qos, "-r");
			await message();
			// Another one, which gets the message because it was retained.
			const { stdout } = await run("mosquitto_sub", [
				...where(),
				...["-t", topic, "-q", qos, "-C", "1", "-W", WAIT_S],
			]);
			assert.equal(stdout, "on\n");
		}
	});

	it("are refused with a bad password", async () => {
		const publishing = run("mosquitto_pub", [
			...where(),
			...["-t", "Kuzzle/request", "-m", "{}", "-u", "any", "-P", "garbage"],
		]);
		await assert.rejects(publishing, { stderr: /bad user name or password/i });
	});
});

/** What its debugging prints around the message is no JSON. */
function lineOf(output: string): string {
	return output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1);
}
