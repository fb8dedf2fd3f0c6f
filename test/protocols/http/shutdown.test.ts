import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ManualClock } from "../../../src/lib/clock.ts";
import {
	createGate,
	echo,
	RawClient,
	startProtocols,
	succeed,
} from "../start-protocols.ts";

const GET = "GET /_now HTTP/1.1\r\nHost: x\r\n\r\n";

async function called(protocols: { calls: unknown[] }): Promise<void> {
	while (protocols.calls.length === 0) await new Promise(setImmediate);
}

describe("a shutdown", () => {
	it("closes idle connections and accepts no new ones", async (t) => {
		const protocols = await startProtocols({ test: t });
		const client = new RawClient(protocols.port);
		client.write(GET);
		await client.until(({ received }) => received.includes("200 OK"));
		await protocols.close();
		await client.closed();
		await assert.rejects(fetch(protocols.url));
		await protocols.close();
	});

	it("answers what is in flight, and says that it is the last answer", async (t) => {
		const gate = createGate();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => {
				await gate.opened;
				return echo(envelope);
			},
		});
		const client = new RawClient(protocols.port);
		client.write(GET);
		await called(protocols);
		const closed = protocols.close();
		gate.open();
		const answer = await client.closed();
		assert.match(answer, /^HTTP\/1\.1 200 OK/);
		assert.match(answer, /Connection: close/);
		await closed;
	});

	it("refuses what is new with 503, but tells that it lives", async (t) => {
		const gate = createGate();
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) => {
				await gate.opened;
				return echo(envelope);
			},
		});
		const busy = new RawClient(protocols.port);
		busy.write(GET);
		await called(protocols);
		// The rest of these requests comes when the shutdown has begun.
		const paths = ["/_now", "/_ready", "/_healthcheck"];
		const late = paths.map((path) => {
			const client = new RawClient(protocols.port);
			client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n`);
			return client;
		});
		while ((await protocols.listener.connections()) < 4)
			await new Promise(setImmediate);
		await new Promise(setImmediate);
		const closed = protocols.close();
		for (const client of late) client.write("\r\n");
		const [now, ready, alive] = await Promise.all(
			late.map((client) => client.closed()),
		);
		assert.match(now ?? "", /503.*network\.entrypoint\.shutting_down/s);
		assert.match(ready ?? "", /503.*network\.entrypoint\.shutting_down/s);
		assert.match(alive ?? "", /^HTTP\/1\.1 200 OK/);
		assert.equal(protocols.calls.length, 1);
		gate.open();
		assert.match(await busy.closed(), /200 OK/);
		await closed;
	});

	it("cuts what is not answered in time", async (t) => {
		const clock = new ManualClock();
		const protocols = await startProtocols({
			test: t,
			execute: () => new Promise(() => {}),
			clock,
		});
		const client = new RawClient(protocols.port);
		client.write(GET);
		await called(protocols);
		const closed = protocols.close();
		clock.advance(29_999);
		assert.equal(client.isClosed, false);
		clock.advance(1);
		assert.equal(await client.closed(), "");
		await closed;
	});

	it("ends the connection of a stream whose head left before", async (t) => {
		const gate = createGate();
		async function* content() {
			yield "first ";
			await gate.opened;
			yield "second";
		}
		const protocols = await startProtocols({
			test: t,
			execute: async (envelope) =>
				succeed(envelope, null, {
					raw: { contentType: "text/plain", content: content() },
				}),
		});
		const client = new RawClient(protocols.port);
		client.write(GET);
		await client.until(({ received }) => received.includes("first"));
		const closed = protocols.close();
		gate.open();
		assert.match(await client.closed(), /second\r\n0\r\n\r\n$/);
		await closed;
	});
});
