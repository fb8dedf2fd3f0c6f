import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Connections } from "../../src/call/connection.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { announceTokenExpiry } from "../../src/security/token-expiry.ts";
import { testConnection } from "../support/test-connection.ts";

class CountingClock extends ManualClock {
	timers = new Set<object>();

	override schedule(delayMs: number, run: () => void): () => void {
		const timer = {};
		this.timers.add(timer);
		const cancel = super.schedule(delayMs, () => {
			this.timers.delete(timer);
			run();
		});
		return () => {
			this.timers.delete(timer);
			cancel();
		};
	}
}

function start() {
	const clock = new CountingClock();
	const connections = new Connections();
	const stop = announceTokenExpiry({ connections, clock, nodeId: "node-1" });
	const connect = () => {
		const connection = testConnection();
		connections.add(connection);
		return connection;
	};
	const identity = (token: string, lifeMs: number) => ({
		kuid: "ann",
		token,
		expiresAt: lifeMs === -1 ? -1 : clock.now() + lifeMs,
	});
	return { clock, connections, stop, connect, identity };
}

describe("the end of a token", () => {
	it("is told to each connection that uses it, once, and unties it", () => {
		const { clock, connections, connect, identity } = start();
		const [one, two, other] = [connect(), connect(), connect()];
		connections.tie(one, identity("kauth-a", 1000));
		connections.tie(two, identity("kauth-a", 1000));
		connections.tie(other, identity("kauth-b", 5000));
		clock.advance(999);
		assert.deepEqual(one.frames, []);
		clock.advance(1);
		for (const { frames } of [one, two]) {
			assert.equal(frames.length, 1);
			const { info, ...message } = JSON.parse(frames[0] ?? "");
			assert.deepEqual(message, {
				type: "TokenExpired",
				status: 200,
				message: "Authentication Token Expired",
				node: "node-1",
				room: "kuzzle:notification:server",
			});
			assert.equal(typeof info, "string");
		}
		assert.equal(connections.identity(one), undefined);
		assert.equal(connections.identity(other)?.token, "kauth-b");
		clock.advance(100_000);
		assert.deepEqual([one.frames.length, other.frames.length], [1, 1]);
	});

	it("follows the connection to its new token", () => {
		const { clock, connections, connect, identity } = start();
		const connection = connect();
		connections.tie(connection, identity("kauth-a", 1000));
		connections.tie(connection, identity("kauth-b", 3000));
		clock.advance(2999);
		assert.deepEqual(connection.frames, []);
		clock.advance(1);
		assert.equal(connection.frames.length, 1);
	});

	it("is told at once for one that has ended already", () => {
		const { clock, connections, connect, identity } = start();
		const connection = connect();
		connections.tie(connection, identity("kauth-a", -5000));
		clock.advance(0);
		assert.equal(connection.frames.length, 1);
	});

	it("is told to nobody who has none, is untied, or gone; and no timer stays", () => {
		const { clock, connections, connect, identity, stop } = start();
		const [eternal, untied, gone, stopped] = [
			connect(),
			connect(),
			connect(),
			connect(),
		];
		connections.tie(eternal, identity("kapikey-a", -1));
		connections.tie(untied, identity("kauth-a", 1000));
		connections.tie(gone, identity("kauth-a", 1000));
		connections.untie(untied);
		connections.remove(gone);
		assert.equal(clock.timers.size, 0);
		connections.tie(stopped, identity("kauth-a", 1000));
		assert.equal(clock.timers.size, 1);
		stop();
		assert.equal(clock.timers.size, 0);
		clock.advance(1e9);
		for (const { frames } of [eternal, untied, gone, stopped]) {
			assert.deepEqual(frames, []);
		}
	});
});
