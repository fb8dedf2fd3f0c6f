import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { ManualClock } from "../../../src/lib/clock.ts";
import { createPinoLog } from "../../../src/lib/pino-log.ts";
import { eventually } from "../../support/eventually.ts";
import {
	type GatewayOptions,
	startGateway,
	type TestGateway,
} from "../../support/gateway.ts";
import {
	createAdmin,
	createKey,
	createUser,
	must,
} from "../../support/people.ts";
import { follow, type SseClient } from "../../support/sse-client.ts";

const PATH = "/trees/oaks/_subscribe";

interface Stage {
	readonly gateway: TestGateway;
	readonly admin: string;
	/** A token of a user who may do everything, but is not the administrator. */
	readonly reader: string;
	follow(
		query: string,
		options?: Parameters<typeof follow>[2],
	): Promise<SseClient>;
	write(content: object, _id: string): Promise<void>;
	count(): Promise<number>;
}

async function start(
	test: TestContext,
	options: GatewayOptions = {},
): Promise<Stage> {
	const gateway = await startGateway(options);
	const clients = new Set<SseClient>();
	test.after(async () => {
		for (const client of clients) client.close();
		await gateway.stop();
	});
	const admin = await createAdmin(gateway);
	const ask = (request: Readonly<Record<string, unknown>>) =>
		must(gateway, { index: "trees", collection: "oaks", ...request }, admin);
	await ask({ controller: "index", action: "create" });
	await ask({ controller: "collection", action: "create" });
	return {
		gateway,
		admin,
		reader: await createUser(gateway, admin, {
			_id: "reader",
			profileIds: ["admin"],
		}),
		async follow(query, how) {
			const client = await follow(gateway.url, `${PATH}${query}`, how);
			clients.add(client);
			return client;
		},
		write: (body, _id) =>
			ask({ controller: "document", action: "createOrReplace", _id, body }),
		async count() {
			const rooms = await ask({ controller: "realtime", action: "list" });
			const counts: number[] = Object.values(rooms.trees?.oaks ?? {});
			return counts.reduce((sum, one) => sum + one, 0);
		},
	};
}

const encode = (filter: unknown) => encodeURIComponent(JSON.stringify(filter));

async function createToken(
	{ gateway }: Stage,
	owner: string,
	more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
	const request = { controller: "auth", action: "createToken", ...more };
	return (await must(gateway, request, owner)).token;
}

async function refused(
	stage: Stage,
	query: string,
	options: Parameters<typeof follow>[2],
	expected: { readonly status: number; readonly id: string },
): Promise<void> {
	const client = await stage.follow(query, options);
	assert.equal(client.status, expected.status, query);
	await client.ended();
	assert.match(client.headers["content-type"] ?? "", /^application\/json/);
	assert.equal(JSON.parse(client.text).error.id, expected.id);
	assert.equal(await stage.count(), 0);
}

describe("a stream of events", () => {
	it("tells of the documents that match, as WebSocket frames do", async (test) => {
		const stage = await start(test);
		const filter = encode({ equals: { kind: "red" } });
		const client = await stage.follow(`?filter=${filter}`, {
			token: stage.admin,
		});
		assert.equal(client.status, 200);
		assert.equal(client.headers["content-type"], "text/event-stream");
		assert.equal(client.headers["cache-control"], "no-cache");
		assert.equal(client.headers["content-encoding"], undefined);
		const first = await client.next();
		assert.equal(first.event, "subscribed");
		assert.match(client.text, /^retry: 3000\n/);

		const socket = await stage.gateway.connect();
		await socket.request({
			controller: "realtime",
			action: "subscribe",
			index: "trees",
			collection: "oaks",
			body: { equals: { kind: "red" } },
			jwt: stage.admin,
		});
		await stage.write({ kind: "white" }, "1");
		await stage.write({ kind: "red", text: "línea\r\n\nzwei" }, "2");
		await stage.write({ kind: "white" }, "2");
		for (const scope of ["in", "out"]) {
			const { event, data } = await client.next();
			assert.equal(event, "document");
			assert.equal(data.room, first.data.channel);
			assert.deepEqual([data.scope, data.result._id], [scope, "2"]);
			if (scope === "in")
				assert.equal(data.result._source.text, "línea\r\n\nzwei");
		}
	});

	it("matches everything without a filter, and takes scope and users", async (test) => {
		const stage = await start(test);
		const how = { token: stage.admin };
		const all = await stage.follow("?users=all&scope=none", how);
		assert.equal((await all.next()).event, "subscribed");
		const other = await stage.follow("?filter=", how);
		const { event, data } = await all.next();
		assert.deepEqual([event, data.user, data.protocol], ["user", "in", "http"]);
		other.close();
		assert.equal((await all.next()).data.user, "out");
		assert.equal(await stage.count(), 1);
	});

	it("is refused with a status and JSON", async (test) => {
		const named = ["https://here.example"];
		const stage = await start(test, {
			config: { http: { accessControlAllowOrigin: named } },
		});
		const how = { token: stage.admin };
		await must(
			stage.gateway,
			{
				controller: "security",
				action: "createOrReplaceRole",
				_id: "anonymous",
				body: { controllers: { auth: { actions: { login: true } } } },
			},
			stage.admin,
		);
		const bad = "api.assert.invalid_type";
		await refused(stage, "?filter=[]", how, { status: 400, id: bad });
		await refused(stage, "?filter={", how, { status: 400, id: bad });
		await refused(stage, "?filter={}&filter={}", how, { status: 400, id: bad });
		await refused(stage, `?filter=${encode({ what: 1 })}`, how, {
			status: 400,
			id: "api.assert.koncorde_dsl_error",
		});
		await refused(stage, "?scope=here", how, {
			status: 400,
			id: "core.realtime.invalid_scope",
		});
		await refused(
			stage,
			"",
			{},
			{
				status: 401,
				id: "security.rights.unauthorized",
			},
		);
		await refused(
			stage,
			"",
			{ token: "nobody" },
			{
				status: 401,
				id: "security.token.invalid",
			},
		);
		const foreign = { origin: "https://elsewhere.example" };
		await refused(
			stage,
			"",
			{ ...how, headers: foreign },
			{
				status: 401,
				id: "api.process.unauthorized_origin",
			},
		);
	});

	it("leaves HEAD, OPTIONS and other verbs as they are on every path", async (test) => {
		const stage = await start(test);
		const { gateway, admin: token } = stage;
		const head = await gateway.call("HEAD", PATH, { token });
		assert.equal(head.status, 404);
		const options = await gateway.call("OPTIONS", PATH, { token });
		assert.equal(options.status, 200);
		assert.match(
			String(options.headers["access-control-allow-methods"]),
			/GET/,
		);
		const { url: origin } = gateway;
		const client = await stage.follow("", { token, headers: { origin } });
		assert.equal(client.headers["access-control-allow-origin"], origin);
		assert.equal(client.headers.vary, "Origin");
	});
});

describe("who follows", () => {
	it("is let in by a token for one use in the URL, once", async (test) => {
		const stage = await start(test);
		const token = await createToken(stage, stage.reader, { singleUse: true });
		const client = await stage.follow(`?token=${token}`);
		assert.equal(client.status, 200);
		await refused(
			{ ...stage, count: async () => 0 },
			`?token=${token}`,
			{},
			{
				status: 401,
				id: "security.token.invalid",
			},
		);
		await client.next();
		await stage.write({ kind: "red" }, "1");
		assert.equal((await client.next()).event, "document");
	});

	it("is not by any other in the URL, and none is logged", async (test) => {
		const lines: string[] = [];
		const log = createPinoLog({
			level: "debug",
			write: (line) => lines.push(line),
		});
		const server = { accessLog: true };
		const stage = await start(test, {
			config: { server, security: { tokenInUrl: true } },
			log,
		});
		const good = await createToken(stage, stage.reader, { singleUse: true });
		const key = await createKey(stage.gateway, stage.reader);
		const lasting = await createToken(stage, stage.reader);
		const inUrl = { status: 400, id: "portico.token.in_url" };
		await refused(stage, `?token=${lasting}`, {}, inUrl);
		await refused(stage, `?token=${key}`, {}, inUrl);
		await refused(stage, `?jwt=${lasting}`, {}, inUrl);
		await refused(stage, `?jwt=${good}`, {}, inUrl);
		await refused(stage, `?token=${good}`, { token: lasting }, inUrl);
		await refused(
			stage,
			`?token=${good}x`,
			{},
			{
				status: 401,
				id: "security.token.invalid",
			},
		);
		assert.equal((await stage.follow(`?token=${good}`)).status, 200);
		const text = lines.join("");
		assert.match(text, /"action":"subscribe"/);
		for (const token of [good, key, lasting])
			for (const part of token.split(".").slice(1))
				assert.ok(!text.includes(part));
	});

	it("is let in by a cookie, from a page of the same origin only", async (test) => {
		const stage = await start(test, {
			config: { http: { cookieAuthentication: true } },
		});
		const cookie = `authToken=${stage.reader}`;
		const { url: origin } = stage.gateway;
		const own = await stage.follow("", { headers: { cookie, origin } });
		assert.equal(own.status, 200);
		own.close();
		await eventually("it has left", async () => (await stage.count()) === 0);
		const headers = { cookie, origin: "http://localhost:1" };
		await refused(
			stage,
			"",
			{ headers },
			{
				status: 401,
				id: "api.process.unauthorized_origin",
			},
		);
	});

	it("is told when the token ends, and then let go", async (test) => {
		const clock = new ManualClock(Date.now());
		const stage = await start(test, { clock });
		const token = await createToken(stage, stage.reader, {
			singleUse: true,
			expiresIn: 60_000,
		});
		const client = await stage.follow(`?token=${token}`);
		await client.next();
		clock.advance(60_000);
		const { event, data } = await client.next();
		assert.equal(event, "TokenExpired");
		assert.equal(data.room, "kuzzle:notification:server");
		await client.ended();
		assert.equal(await stage.count(), 0);
	});

	for (const singleUse of [true, false])
		it(`is let go when all tokens are revoked, ${singleUse ? "also those for one use" : "one in a header"}`, async (test) => {
			const stage = await start(test);
			const token = await createToken(stage, stage.reader, { singleUse });
			const client = singleUse
				? await stage.follow(`?token=${token}`)
				: await stage.follow("", { token });
			await client.next();
			await must(
				stage.gateway,
				{ controller: "security", action: "revokeTokens", _id: "reader" },
				stage.admin,
			);
			await client.ended();
			assert.equal(client.events.length, 1);
			assert.equal(await stage.count(), 0);
		});

	it("is let go when the server stops", async (test) => {
		const stage = await start(test);
		const client = await stage.follow("", { token: stage.admin });
		await client.next();
		await stage.gateway.stop();
		await client.ended();
	});
});
