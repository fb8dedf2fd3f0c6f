import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	type ConnectionIdentity,
	Connections,
} from "../../src/call/connection.ts";
import { testConnection } from "../support/test-connection.ts";

const ann = (token = "kauth-a"): ConnectionIdentity => ({
	kuid: "ann",
	token,
	expiresAt: -1,
});

describe("the connection registry", () => {
	it("finds connections by id, token and user", () => {
		const connections = new Connections();
		const [one, two] = [testConnection(), testConnection()];
		connections.add(one);
		connections.add(two);
		connections.tie(one, ann());
		connections.tie(two, ann("kauth-b"));
		assert.equal(connections.size, 2);
		assert.equal(connections.get(one.id), one);
		assert.equal(connections.has(two), true);
		assert.deepEqual([...connections.all()], [one, two]);
		assert.deepEqual(connections.ofToken("kauth-a"), [one]);
		assert.deepEqual(connections.ofKuid("ann"), [one, two]);
		assert.deepEqual(connections.identity(two), ann("kauth-b"));
	});

	it("does not tie what is not registered: a single HTTP request", () => {
		const connections = new Connections();
		connections.tie(testConnection({ protocol: "http" }), ann());
		assert.deepEqual(connections.ofKuid("ann"), []);
	});

	it("ties a connection to one token at a time", () => {
		const connections = new Connections();
		const connection = testConnection();
		connections.add(connection);
		connections.tie(connection, ann());
		connections.tie(connection, { ...ann("kauth-b"), kuid: "bob" });
		assert.deepEqual(connections.ofToken("kauth-a"), []);
		assert.deepEqual(connections.ofKuid("ann"), []);
		assert.deepEqual(connections.ofToken("kauth-b"), [connection]);
	});

	it("tells of each new tie and of each end, once", () => {
		const connections = new Connections();
		const connection = testConnection();
		connections.add(connection);
		const told: (string | null)[] = [];
		const stop = connections.onTie((_, identity) =>
			told.push(identity?.token ?? null),
		);
		connections.tie(connection, ann());
		connections.tie(connection, ann());
		connections.tie(connection, ann("kauth-b"));
		connections.untie(connection);
		connections.untie(connection);
		assert.deepEqual(told, ["kauth-a", null, "kauth-b", null]);
		stop();
		connections.tie(connection, ann());
		assert.equal(told.length, 4);
	});

	it("unties what is gone, then tells of it, once", () => {
		const connections = new Connections();
		const connection = testConnection();
		const seen: unknown[] = [];
		connections.onClose((closed) =>
			seen.push([closed.id, connections.identity(closed)]),
		);
		connections.add(connection);
		connections.tie(connection, ann());
		connections.remove(connection);
		connections.remove(connection);
		assert.deepEqual(seen, [[connection.id, undefined]]);
		connections.tie(connection, ann());
		assert.deepEqual(connections.ofToken("kauth-a"), []);
	});

	it("keeps nothing of 10,000 ties of connections that stay and of ones that went", () => {
		const connections = new Connections();
		const stays = testConnection();
		connections.add(stays);
		for (let number = 0; number < 5_000; number++) {
			connections.tie(stays, ann(`kauth-${number}`));
			const goes = testConnection();
			connections.add(goes);
			connections.tie(goes, ann(`kauth-x${number}`));
			connections.remove(goes);
		}
		assert.equal(connections.tiedTokens, 1);
		connections.untie(stays);
		assert.equal(connections.tiedTokens, 0);
		assert.deepEqual(connections.ofKuid("ann"), []);
		assert.equal(connections.size, 1);
		connections.remove(stays);
		assert.equal(connections.size, 0);
	});
});
