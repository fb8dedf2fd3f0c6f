import assert from "node:assert/strict";
import { it } from "node:test";
import sdk from "kuzzle-sdk";
import { eventually } from "../support/eventually.ts";
import { createTcpRelay } from "../support/tcp-relay.ts";
import { withSdk } from "./with-sdk.ts";

// biome-ignore lint/suspicious/noExplicitAny: notifications have every shape, and tests assert what they find.
type Notification = any;

const INDEX = "sdk-realtime";
/** The SDK's types want members of enums that it does not export. */
const SELECTIVE: object = { subscribeToSelf: false, users: "all", scope: "in" };

/** How the stock SDK's realtime features work with the gateway. */
withSdk(
	"the SDK's realtime",
	(stage) => {
		const open = () => stage().connect({ token: stage().admin });
		/** A collection that is there. */
		const make = async (collection: string) => {
			const kuzzle = await open();
			if (!(await kuzzle.index.exists(INDEX))) await kuzzle.index.create(INDEX);
			await kuzzle.collection.create(INDEX, collection, {});
			return kuzzle;
		};

		it("subscribes, hears of documents and messages, and unsubscribes", async () => {
			const kuzzle = await make("documents");
			const told: Notification[] = [];
			const roomId = await kuzzle.realtime.subscribe(
				INDEX,
				"documents",
				{ exists: "n" },
				(notification: Notification) => {
					told.push(notification);
				},
			);
			await kuzzle.document.create(INDEX, "documents", { n: 1 }, "d");
			await kuzzle.document.update(INDEX, "documents", "d", { n: 2 });
			await kuzzle.document.replace(INDEX, "documents", "d", { m: 2 });
			await kuzzle.document.delete(INDEX, "documents", "d");
			await kuzzle.realtime.publish(INDEX, "documents", { n: 3 });
			await eventually("all was told", () => told.length >= 4);
			assert.deepEqual(
				told.map(({ action, scope }) => `${action} ${scope}`),
				["create in", "update in", "replace out", "publish in"],
			);
			assert.equal(await kuzzle.realtime.count(roomId), 1);
			await kuzzle.realtime.unsubscribe(roomId);
			assert.equal(await kuzzle.realtime.count(roomId), 0);
		});

		it("leaves out its own writes where it is told to, and keeps volatile data", async () => {
			const kuzzle = await make("own");
			const other = await open();
			const told: Notification[] = [];
			await kuzzle.realtime.subscribe(
				INDEX,
				"own",
				{},
				(notification: Notification) => {
					told.push(notification);
				},
				SELECTIVE,
			);
			await kuzzle.document.create(INDEX, "own", {}, "mine");
			const visited = await other.realtime.subscribe(
				INDEX,
				"own",
				{},
				() => {},
				{ volatile: { name: "Ann" } },
			);
			await other.document.create(INDEX, "own", {}, "theirs");
			await other.realtime.unsubscribe(visited);
			await eventually("all was told", () => told.length >= 3);
			assert.deepEqual(
				told.map(({ type, user, result }) => user ?? `${type} ${result._id}`),
				["in", "document theirs", "out"],
			);
			assert.equal(told[0].volatile.name, "Ann");
			assert.equal(told[0].result.count, 2);
			assert.equal(told[2].volatile.name, "Ann");
		});

		it("subscribes again by itself after a lost connection", async (t) => {
			const writer = await make("again");
			const { connect, gateway, admin } = stage();
			const relay = await createTcpRelay(gateway.url);
			t.after(() => relay.close());
			const kuzzle = await connect({
				token: admin,
				port: Number(new URL(relay.url).port),
				autoReconnect: true,
				reconnectionDelay: 10,
			});
			const told: Notification[] = [];
			const roomId = await kuzzle.realtime.subscribe(
				INDEX,
				"again",
				{},
				(notification: Notification) => {
					told.push(notification);
				},
			);
			await relay.refuse();
			await eventually(
				"it is out of the room",
				async () => (await writer.realtime.count(roomId)) === 0,
			);
			await relay.accept();
			await eventually(
				"it is back in the room",
				async () => (await writer.realtime.count(roomId)) === 1,
			);
			await writer.document.create(INDEX, "again", {}, "d");
			await eventually("it was told", () => told.length === 1);
			kuzzle.disconnect();
		});

		it("keeps an observed document up to date", async () => {
			const kuzzle = await make("observed");
			await kuzzle.document.create(INDEX, "observed", { n: 1 }, "d");
			const observer = new sdk.Observer(kuzzle);
			const read = await kuzzle.document.get(INDEX, "observed", "d");
			const document = await observer.observe(INDEX, "observed", read);
			await kuzzle.document.update(INDEX, "observed", "d", { n: 2 });
			await eventually("it changed", () => document._source.n === 2);
			await observer.stop();
		});
	},
	{ protocols: ["WebSocket"] },
);
