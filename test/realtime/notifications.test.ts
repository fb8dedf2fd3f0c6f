import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ManualClock } from "../../src/lib/clock.ts";
import { backends } from "../support/backends.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { must } from "../support/people.ts";
import type { WsClient } from "../support/ws-client.ts";

// biome-ignore lint/suspicious/noExplicitAny: notifications have every shape, and tests assert what they find.
type Notification = any;

for (const backend of backends()) {
	describe(`notifications on ${backend}`, () => {
		let gateway: TestGateway;
		let count = 0;
		before(async () => {
			gateway = await startGateway({ backend });
			await must(gateway, {
				controller: "index",
				action: "create",
				index: "i",
			});
		});
		after(() => gateway?.stop());

		/** A new collection, with somebody who listens there. */
		const listen = async (filter: object, options: object = {}) => {
			const collection = `c${++count}`;
			const place = { index: "i", collection };
			await must(gateway, {
				controller: "collection",
				action: "create",
				...place,
			});
			const client = await gateway.connect();
			const { roomId } = await subscribe(client, place, filter, options);
			const write = (action: string, parts: object) =>
				must(gateway, { controller: "document", action, ...place, ...parts });
			return { client, place, roomId, write };
		};

		it("tell of the document that an upsert made, and match it as it is", async () => {
			const { client, write } = await listen({ equals: { d: 1 } });
			const body = { changes: { a: 3 }, default: { d: 1 } };
			await write("upsert", { _id: "x", body });
			const { result, action } = await nth(client, 1);
			assert.equal(action, "create");
			const { _kuzzle_info, ...source } = result._source;
			assert.deepEqual(source, { a: 3, d: 1 });
			assert.equal(result._id, "x");
		});

		it("come in the order of the writes", async () => {
			const { client, write } = await listen({});
			const ids = Array.from({ length: 20 }, (_, i) => `d${i}`);
			const documents = ids.map((_id) => ({ _id, body: {} }));
			await write("mCreate", { body: { documents } });
			for (let n = 1; n <= 10; n++)
				await write("update", { _id: "d0", body: { n } });
			await write("mDelete", { body: { ids } });
			const told = await first(client, 50);
			assert.deepEqual(
				told.map(({ action, result }) => [
					action,
					action === "update" ? result._source.n : result._id,
				]),
				[
					...ids.map((id) => ["create", id]),
					...Array.from({ length: 10 }, (_, i) => ["update", i + 1]),
					...ids.map((id) => ["delete", id]),
				],
			);
		});

		for (const [action, body] of [
			["replace", { v: 1 }],
			["createOrReplace", { v: 1 }],
			["update", { v: 1 }],
			["deleteFields", { fields: ["v"] }],
		] as const) {
			it(`tell once that a document left the scope: ${action}`, async () => {
				const { client, write } = await listen({ range: { v: { gt: 4 } } });
				await write("create", { _id: "d", body: { v: 5 } });
				await write(action, { _id: "d", body });
				await write("replace", { _id: "d", body: { v: 2 } });
				await write("createOrReplace", { _id: "d", body: { v: 6 } });
				const told = await first(client, 3);
				assert.deepEqual(
					told.map(({ scope }) => scope),
					["in", "out", "in"],
				);
			});
		}

		it("are made of what was written, not of what was refused, was silent or is in another collection", async () => {
			const { client, place, write } = await listen({});
			await write("create", { _id: "a", body: {}, silent: true });
			const refused = await gateway.query({
				controller: "document",
				action: "create",
				...place,
				_id: "a",
				body: {},
			});
			assert.equal(refused.status, 400);
			const elsewhere = await listen({});
			await elsewhere.write("create", { _id: "b", body: {} });
			await write("create", { _id: "c", body: {} });
			assert.equal((await nth(client, 1)).result._id, "c");
		});

		it("do not come any more once the room was left", async () => {
			const { client, roomId, write, place } = await listen({});
			const other = await gateway.connect();
			await subscribe(other, place, {});
			await client.request({
				controller: "realtime",
				action: "unsubscribe",
				body: { roomId },
			});
			await write("create", { _id: "x", body: {} });
			await nth(other, 1);
			await client.request({ controller: "server", action: "now" });
			assert.deepEqual(notifications(client), []);
		});
	});
}

describe("notifications of users", () => {
	let gateway: TestGateway;
	before(async () => {
		gateway = await startGateway();
	});
	after(() => gateway?.stop());

	it("tell the others who comes and who goes, with what they brought", async () => {
		const place = { index: "i", collection: "users" };
		const [stays, joins, goes] = await Promise.all([
			gateway.connect(),
			gateway.connect(),
			gateway.connect(),
		]);
		const { roomId } = await subscribe(stays, place, {}, { users: "all" });
		await joins.request({
			controller: "realtime",
			action: "join",
			volatile: { name: "Jo" },
			body: { roomId },
		});
		await subscribe(goes, place, {}, { volatile: { name: "Ann" } });
		await goes.close();
		const told = await first(stays, 3);
		assert.deepEqual(
			told.map(({ timestamp, room, ...rest }) => {
				assert.equal(typeof timestamp, "number");
				assert.equal(room, `${roomId}-111`);
				return rest;
			}),
			[
				{ ...USER, user: "in", action: "join", count: 2, volatile: "Jo" },
				{ ...USER, ...place, user: "in", count: 3, volatile: "Ann" },
				{
					...USER,
					...place,
					user: "out",
					action: "unsubscribe",
					protocol: null,
					count: 2,
					volatile: "Ann",
				},
			].map(({ count, volatile, ...rest }) => ({
				...rest,
				result: { count },
				volatile: { name: volatile },
			})),
		);
	});

	it("come to those who asked for them only", async () => {
		const place = { index: "i", collection: "wanted" };
		const clients = await Promise.all(
			["in", "out", "all", "none"].map(async (users) => {
				const client = await gateway.connect();
				await subscribe(client, { ...place, collection: users }, {}, { users });
				return { client, users };
			}),
		);
		for (const { users } of clients) {
			const visitor = await gateway.connect();
			await subscribe(visitor, { ...place, collection: users }, {});
			await visitor.close();
		}
		const [comes, goes, all, none] = clients.map(({ client }) => client);
		assert.ok(comes && goes && all && none);
		assert.equal((await nth(all, 2)).user, "out");
		assert.equal((await nth(goes, 1)).user, "out");
		assert.equal((await nth(comes, 1)).user, "in");
		await none.request({ controller: "server", action: "now" });
		assert.deepEqual(notifications(none), []);
		assert.equal(notifications(comes).length, 1);
	});
});

describe("a subscription", () => {
	let gateway: TestGateway;
	const clock = new ManualClock(Date.now());
	const place = { index: "i", collection: "c" };
	before(async () => {
		gateway = await startGateway({ clock });
		await must(gateway, {
			controller: "security",
			action: "createUser",
			_id: "ann",
			body: {
				content: { profileIds: ["admin"] },
				credentials: { local: { username: "ann", password: "not a secret" } },
			},
		});
	});
	after(() => gateway?.stop());

	const logIn = async (expiresIn = "1h") => {
		clock.advance(2000);
		const { jwt } = await must(gateway, {
			controller: "auth",
			action: "login",
			strategy: "local",
			expiresIn,
			body: { username: "ann", password: "not a secret" },
		});
		return jwt;
	};
	const publish = (n: number) =>
		must(gateway, {
			controller: "realtime",
			action: "publish",
			...place,
			body: { n },
		});
	const count = async (roomId: string) => {
		const request = { controller: "realtime", action: "count" };
		return (await must(gateway, { ...request, body: { roomId } })).count;
	};

	it("ends with its token, after the client was told so", async () => {
		const client = await gateway.connect();
		const jwt = await logIn("10s");
		const { roomId } = await subscribe(client, place, { exists: "n" }, { jwt });
		clock.advance(11_000);
		const told = await client.waitFor(({ type }) => type === "TokenExpired");
		assert.equal(told.room, "kuzzle:notification:server");
		assert.equal(await count(roomId), 0);
		await publish(1);
		await client.request({ controller: "server", action: "now" });
		assert.deepEqual(notifications(client), []);
	});

	it("ends when its token is revoked, silently, and stays on the connection that logs out", async () => {
		const jwt = await logIn();
		const [one, other] = [await gateway.connect(), await gateway.connect()];
		const { roomId } = await subscribe(one, place, {}, { jwt });
		await subscribe(other, place, {}, { jwt });
		const left = { controller: "auth", action: "logout", jwt };
		assert.equal((await one.request(left)).status, 200);
		assert.equal(await count(roomId), 1);
		await publish(2);
		assert.equal((await nth(one, 1)).result._source.n, 2);
		await other.request({ controller: "server", action: "now" });
		assert.deepEqual(notifications(other), []);
	});

	it("stays when the connection takes another token", async () => {
		const jwt = await logIn();
		const client = await gateway.connect();
		const { roomId } = await subscribe(client, place, {}, { jwt });
		const before = await count(roomId);
		await client.request({
			controller: "auth",
			action: "getCurrentUser",
			jwt: await logIn(),
		});
		assert.equal(await count(roomId), before);
	});

	it("over HTTP is answered, and subscribes nobody", async () => {
		const request = { controller: "realtime", action: "subscribe", ...place };
		const filter = { equals: { over: "http" } };
		const { roomId } = await must(gateway, { ...request, body: filter });
		assert.equal(await count(roomId), 0);
	});
});

const USER = {
	type: "user",
	status: 200,
	controller: "realtime",
	action: "subscribe",
	protocol: "websocket",
};

async function subscribe(
	client: WsClient,
	place: object,
	body: object,
	options: object = {},
): Promise<{ roomId: string; channel: string }> {
	const answer = await client.request({
		controller: "realtime",
		action: "subscribe",
		...place,
		...options,
		body,
	});
	assert.equal(answer.status, 200, JSON.stringify(answer.error));
	return answer.result;
}

function notifications(client: WsClient): Notification[] {
	return client.frames.filter(
		({ type }) => type === "document" || type === "user",
	);
}

async function first(client: WsClient, n: number): Promise<Notification[]> {
	await client.waitFor(() => notifications(client).length >= n);
	return notifications(client).slice(0, n);
}

async function nth(client: WsClient, n: number): Promise<Notification> {
	return (await first(client, n))[n - 1];
}
