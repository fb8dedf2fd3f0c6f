import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ConfigOverrides } from "../../src/config.ts";
import { collections } from "../../src/security/collections.ts";
import { createStorage } from "../storage/elasticsearch/test-kit.ts";
import { type Caller, createCaller } from "../support/callers.ts";
import {
	type ElasticsearchServer,
	elasticsearchOrReason,
} from "../support/elasticsearch.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin, createKey, whoIs } from "../support/people.ts";
import { createTcpRelay } from "../support/tcp-relay.ts";
import { type Answered, ask, startTraffic } from "./traffic.ts";

/** The limit under test; each answer must come within ten times that. */
const STORE_TIMEOUT_MS = 1_000;
const ANSWER_TIMEOUT_MS = 10 * STORE_TIMEOUT_MS;
/** For what hangs, not for what is slow. */
const TEST_TIMEOUT_MS = 300_000;
const NOT_CONNECTED = "services.storage.not_connected";
const SHUTTING_DOWN = "network.entrypoint.shutting_down";
const OUTCOME_UNKNOWN = "portico.call.outcome_unknown";

const own = await elasticsearchOrReason({ own: true });
if ("unavailable" in own) {
	it("meets outages of Elasticsearch", { skip: own.unavailable }, () => {});
} else {
	after(() => own.stop());
	describe("a gateway whose Elasticsearch", () => outages(own));
}

function outages(store: ElasticsearchServer): void {
	const test = (name: string, run: () => Promise<void>) =>
		it(name, { timeout: TEST_TIMEOUT_MS }, run);

	test("is not there at its start listens, says 503, and serves once it comes", async () => {
		await store.kill();
		await using(store, { waits: false }, async (gateway) => {
			await assertAway(gateway);
			await store.restart();
			await untilReady(gateway);
			const admin = await createAdmin(gateway);
			assert.equal(
				await whoIs(gateway, await createKey(gateway, admin)),
				"admin",
			);
		});
	});

	test("falls silent while the gateway starts is waited for likewise, wherever the start has come to", async () => {
		for (const request of [6, 12]) {
			const relay = await createTcpRelay(store.url);
			relay.atRequest(request, () => relay.stall());
			const settings = { node: relay.url, waits: false };
			await using(store, settings, async (gateway) => {
				assert.equal((await gateway.call("GET", "/_ready")).status, 503);
				relay.flow();
				await untilReady(gateway);
				await createAdmin(gateway);
			}).finally(() => relay.close());
		}
	});

	test("is killed under traffic says so within the limit, and goes on by itself", async () => {
		await using(store, {}, async (gateway, namespace) => {
			const admin = await createAdmin(gateway);
			const traffic = startTraffic({
				url: gateway.url,
				token: admin,
				callersPerProtocol: 4,
			});
			await until(() => count(traffic.answers, 200) > 100);
			await store.kill();
			await until(() =>
				traffic.answers.some(({ errorId }) => errorId === NOT_CONNECTED),
			);
			assert.equal((await gateway.call("GET", "/_healthcheck")).status, 200);
			await store.restart();
			const known = traffic.answers.length;
			await until(() => count(traffic.answers.slice(known), 200) > 100);
			await traffic.stop();
			for (const answer of traffic.answers) assertHonest(answer);
			await assertKept(gateway, { store, namespace }, traffic.answers);
		});
	});

	test("is frozen leaves the outcome of writes open, and refuses reads", async () => {
		await using(store, {}, async (gateway, namespace) => {
			const admin = await createKnownAdmin(gateway);
			const callers = await createCallers(gateway);
			const answers: Answered[] = [];
			await frozen(store, async () => {
				for (const caller of callers) {
					const [read, write] = await Promise.all([
						inTime(ask(caller, "getUser", admin)),
						inTime(ask(caller, "create", admin)),
					]);
					assert.equal(read.errorId, NOT_CONNECTED);
					assert.equal(write.errorId, OUTCOME_UNKNOWN);
					answers.push(read, write);
				}
			});
			for (const caller of callers) {
				await until(async () => {
					const answer = await ask(caller, "create", admin);
					answers.push(answer);
					return answer.status === 200;
				});
				caller.close();
			}
			for (const answer of answers) assertHonest(answer);
			await assertKept(gateway, { store, namespace }, answers);
		});
	});

	test("does not answer before the request's own limit: a read has ended, of a write nobody knows", async () => {
		const settings = {
			limits: { requestTimeout: STORE_TIMEOUT_MS },
			storageTimeoutMs: TEST_TIMEOUT_MS,
		};
		await using(store, settings, async (gateway) => {
			const admin = await createKnownAdmin(gateway);
			for (const caller of await createCallers(gateway)) {
				await frozen(store, async () => {
					const [read, write] = await Promise.all([
						inTime(ask(caller, "getUser", admin)),
						inTime(ask(caller, "create", admin)),
					]);
					assert.deepEqual(
						[read.status, read.errorId],
						[504, "portico.call.timeout"],
					);
					assert.deepEqual(
						[write.status, write.errorId],
						[504, OUTCOME_UNKNOWN],
					);
				});
				caller.close();
			}
		});
	});

	test("takes its time while the gateway stops: what is under way is answered, what is new is refused", async () => {
		const relay = await createTcpRelay(store.url);
		const settings = { node: relay.url, storageTimeoutMs: TEST_TIMEOUT_MS };
		await using(store, settings, async (gateway, namespace) => {
			const admin = await createKnownAdmin(gateway);
			const [http, socket] = await createCallers(gateway);
			const half = await sendHalf(gateway, admin);
			let answers: Promise<Answered[]> | undefined;
			let closing: Promise<void> | undefined;
			await frozen(store, async () => {
				const bothAtStore = new Promise<void>((resolve) =>
					relay.atRequest(2, () => resolve()),
				);
				answers = Promise.all([
					ask(http, "create", admin),
					ask(socket, "create", admin),
				]);
				await bothAtStore;
				closing = gateway.gateway.close();
				const refused = await ask(socket, "getUser", admin);
				assert.deepEqual(
					[refused.status, refused.errorId],
					[503, SHUTTING_DOWN],
				);
				const rest = await half.sendRest();
				assert.match(rest, /^HTTP\/1\.1 503 /m);
				assert.ok(rest.includes(SHUTTING_DOWN));
				await assert.rejects(gateway.connect(), { code: "ECONNREFUSED" });
				await assert.rejects(gateway.call("GET", "/_now"), {
					code: "ECONNREFUSED",
				});
			});
			for (const { status } of (await answers) ?? []) assert.equal(status, 200);
			await closing;
			await assertStored(store, namespace, (await answers) ?? []);
		}).finally(() => relay.close());
	});
}

interface Settings {
	readonly limits?: NonNullable<ConfigOverrides["limits"]>;
	/** How long a request to the store may take. */
	readonly storageTimeoutMs?: number;
	/** Default: the store itself. */
	readonly node?: string;
	/** Whether the gateway must be ready before the test begins; default true. */
	readonly waits?: boolean;
}

/** A gateway with a namespace of its own in the store. */
async function using(
	store: ElasticsearchServer,
	settings: Settings,
	run: (gateway: TestGateway, namespace: string) => Promise<void>,
): Promise<void> {
	const namespace = `t${randomBytes(6).toString("hex")}`;
	const gateway = await startGateway({
		config: {
			limits: {
				requestTimeout: TEST_TIMEOUT_MS,
				loginsPerSecond: 1_000,
				...settings.limits,
			},
			services: {
				storageEngine: {
					backend: "elasticsearch",
					namespace,
					requestTimeout: settings.storageTimeoutMs ?? STORE_TIMEOUT_MS,
					client: { node: settings.node ?? store.url },
					defaultSettings: { number_of_shards: 1, number_of_replicas: 0 },
				},
			},
		},
	});
	try {
		if (settings.waits !== false) await untilReady(gateway);
		await run(gateway, namespace);
	} finally {
		await gateway.stop();
	}
}

/** The token of an administrator whose name and rights are remembered, so that a request with it begins with its own work. */
async function createKnownAdmin(gateway: TestGateway): Promise<string> {
	const admin = await createAdmin(gateway);
	await createKey(gateway, admin);
	return admin;
}

/** As long as the action runs, the store takes what is sent to it, and does nothing. */
async function frozen(
	store: ElasticsearchServer,
	run: () => Promise<void>,
): Promise<void> {
	store.pause();
	try {
		await run();
	} finally {
		store.resume();
	}
}

/** One of each protocol. */
async function createCallers(gateway: TestGateway): Promise<[Caller, Caller]> {
	return [
		await createCaller("http", gateway.url),
		await createCaller("websocket", gateway.url),
	];
}

/** Every request is refused, whatever it is, and the probes tell apart that the gateway lives and that it is not ready. */
async function assertAway(gateway: TestGateway): Promise<void> {
	assert.equal((await gateway.call("GET", "/_healthcheck")).status, 200);
	const ready = await gateway.call("GET", "/_ready");
	assert.deepEqual([ready.status, ready.body.error.id], [503, NOT_CONNECTED]);
	const requests = [
		{ controller: "server", action: "now" },
		{ controller: "auth", action: "getCurrentUser" },
		{ controller: "security", action: "createFirstAdmin", body: {} },
		{
			controller: "auth",
			action: "login",
			strategy: "local",
			body: { username: "a", password: "b" },
		},
	];
	for (const caller of await createCallers(gateway)) {
		for (const request of requests) {
			for (const token of [undefined, "kauth-of-another-time"]) {
				const { status, error } = await inTime(caller.query(request, token));
				assert.deepEqual(
					[status, error.id],
					[503, NOT_CONNECTED],
					request.action,
				);
			}
		}
		caller.close();
	}
}

/** Of a store that is away, nothing is said that may be wrong. */
function assertHonest({ kind, status, errorId }: Answered): void {
	if (kind === "getUser" && status === 404) return;
	if (status === 200) return;
	const isOpen = kind === "create" && errorId === OUTCOME_UNKNOWN;
	assert.deepEqual(
		[status, errorId],
		isOpen ? [504, OUTCOME_UNKNOWN] : [503, NOT_CONNECTED],
		kind,
	);
}

/** What was acknowledged is there and works; what was refused is not there. */
async function assertKept(
	gateway: TestGateway,
	{ store, namespace }: { store: ElasticsearchServer; namespace: string },
	answers: readonly Answered[],
): Promise<void> {
	for (const { token } of answers) {
		if (token !== undefined) assert.equal(await whoIs(gateway, token), "admin");
	}
	const refused = answers.filter(
		({ kind, errorId }) => kind === "create" && errorId === NOT_CONNECTED,
	);
	assert.deepEqual(await storedAmong(store.url, namespace, refused), []);
}

async function assertStored(
	{ url }: ElasticsearchServer,
	namespace: string,
	answers: readonly Answered[],
): Promise<void> {
	const ids = answers.map(({ id }) => id);
	assert.deepEqual(await storedAmong(url, namespace, answers), ids);
}

/** The ids of the keys that are in the store, by a connection of its own. */
async function storedAmong(
	url: string,
	namespace: string,
	answers: readonly Answered[],
): Promise<string[]> {
	const ids = answers.map(({ id }) => id);
	const { storage } = createStorage(url, { namespace });
	try {
		await storage.open();
		const found = await storage.mExists(collections.apiKeys.target, ids);
		return ids.filter((_, place) => found[place]);
	} finally {
		await storage.close();
	}
}

/** A request whose headers the gateway has, and only a part of its body. */
async function sendHalf(
	gateway: TestGateway,
	token: string,
): Promise<{ sendRest(): Promise<string> }> {
	const body = JSON.stringify({
		controller: "auth",
		action: "getCurrentUser",
		jwt: token,
	});
	const socket = connect(gateway.port, gateway.host);
	let received = "";
	socket.setEncoding("latin1").on("data", (text: string) => {
		received += text;
	});
	socket.write(
		`POST /_query HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
	);
	await until(() => received.includes("100 Continue"));
	return {
		async sendRest() {
			const ended = once(socket, "close");
			socket.write(body);
			await ended;
			return received;
		},
	};
}

async function untilReady(gateway: TestGateway): Promise<void> {
	await until(
		async () => (await gateway.call("GET", "/_ready")).status === 200,
	);
}

/** The test's own limit ends it. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await holds())) await sleep(20);
}

function count(answers: readonly Answered[], status: number): number {
	return answers.filter((answer) => answer.status === status).length;
}

/** Rejects for an answer that does not come within ten times the limit. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
	const timer = new AbortController();
	const late = sleep(ANSWER_TIMEOUT_MS, undefined, {
		signal: timer.signal,
	}).then(() => {
		throw new Error("The answer did not come in time.");
	});
	try {
		return await Promise.race([answer, late]);
	} finally {
		timer.abort();
		late.catch(() => {});
	}
}
