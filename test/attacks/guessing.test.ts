import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ManualClock } from "../../src/lib/clock.ts";
import {
	type Caller,
	createCaller,
	PROTOCOLS,
	type Protocol,
} from "../support/callers.ts";
import {
	type Cluster,
	canCluster,
	restrict,
	startCluster,
} from "../support/cluster.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin, PASSWORD } from "../support/people.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { toFrame, toLogin } from "./attacker.ts";

const PER_ACCOUNT = 3;
const PER_ADDRESS = 9;
const config = {
	// The client's address is then whatever the tests say.
	server: { trustedProxies: ["127.0.0.1"] },
	limits: {
		loginFailuresPerAccount: PER_ACCOUNT,
		loginFailuresPerAddress: PER_ADDRESS,
		// What a single WebSocket may do in a second is a limit of its own, which an attacker goes around with more sockets.
		loginsPerSecond: 10_000,
	},
};
const GUESSER = "192.0.2.66";
const ELSEWHERE = "198.51.100.1";
const GUESSES = 24;

/** Where the guesses go: which protocol the n-th takes. */
const WAYS: Readonly<Record<string, (n: number) => Protocol>> = {
	HTTP: () => "http",
	WebSocket: () => "websocket",
	"HTTP and WebSocket at once": (n) => PROTOCOLS[n % 2] ?? "http",
};

describe("who guesses passwords", () => {
	for (const [name, protocolOf] of Object.entries(WAYS)) {
		it(`of one account, over ${name}, is heard a few times only, and keeps nobody else out`, () =>
			withGateway(async (gateway) => {
				const answers = await guess([gateway], protocolOf, () => "admin");
				assert.deepEqual(countOf(answers), {
					// One more than are free: the first that has to wait takes the turn.
					tried: PER_ACCOUNT + 1,
					refused: GUESSES - PER_ACCOUNT - 1,
				});
				assert.equal(await logIn(gateway, GUESSER), 429);
				assert.equal(await logIn(gateway, ELSEWHERE), 200);
			}));

		it(`of one account after the other, over ${name}, is heard a few times only`, () =>
			withGateway(async (gateway) => {
				const answers = await guess([gateway], protocolOf, (n) => `user-${n}`);
				assert.deepEqual(countOf(answers), {
					tried: PER_ADDRESS + 1,
					refused: GUESSES - PER_ADDRESS - 1,
				});
				assert.equal(await logIn(gateway, ELSEWHERE), 200);
			}));
	}

	it("waits longer and longer, whichever way the next try comes", () =>
		withGateway(async (gateway, clock) => {
			await guess(
				[gateway],
				() => "http",
				() => "admin",
			);
			for (const [turn, delayMs] of [1_000, 2_000, 4_000].entries()) {
				const protocol = PROTOCOLS[turn % 2] ?? "http";
				clock.advance(delayMs - 1);
				assert.equal(await tryOne(gateway, protocol, "wrong"), 429);
				clock.advance(1);
				assert.equal(await tryOne(gateway, protocol, "wrong"), 401);
			}
		}));

	it("is taken for no other by a header that only a proxy may send", async () => {
		const limits = { ...config.limits, loginFailuresPerAccount: 2 };
		const gateway = await startGateway({
			clock: new ManualClock(Date.now()),
			config: { limits },
		});
		try {
			await createAdmin(gateway);
			const statuses: number[] = [];
			for (let n = 0; n < 6; n++)
				statuses.push(await logIn(gateway, `198.51.100.${n}`, "wrong"));
			assert.deepEqual(statuses, [401, 401, 401, 429, 429, 429]);
		} finally {
			await gateway.stop();
		}
	});
});

if (canCluster()) {
	describe("who guesses passwords on two nodes at once", () => {
		let redis: TestRedis;
		let cluster: Cluster;
		before(async () => {
			redis = await startRedis();
			const nodes = [redis.settings, redis.settings];
			cluster = await startCluster({
				redis: nodes,
				config,
			});
			await restrict(cluster.node(0));
		});
		after(async () => {
			await cluster?.stop();
			await redis?.stop();
		});

		it("is heard no oftener than on one", async () => {
			const answers = await guess(
				cluster.nodes,
				(n) => PROTOCOLS[Math.floor(n / 2) % 2] ?? "http",
				() => "admin",
			);
			const { tried } = countOf(answers);
			// A turn lasts a second here: a slow machine may let another one pass.
			assert.ok(tried > PER_ACCOUNT && tried < GUESSES / 2, `${tried}`);
			assert.equal(await logIn(cluster.node(0), ELSEWHERE), 200);
		});
	});
}

async function withGateway(
	run: (gateway: TestGateway, clock: ManualClock) => Promise<void>,
): Promise<void> {
	const clock = new ManualClock(Date.now());
	const gateway = await startGateway({ clock, config });
	try {
		await createAdmin(gateway);
		await run(gateway, clock);
	} finally {
		await gateway.stop();
	}
}

/** Many guesses in the same moment, each on a connection of its own, on each node in turn. Answers the ids of the errors. */
async function guess(
	nodes: readonly TestGateway[],
	protocolOf: (n: number) => Protocol,
	accountOf: (n: number) => string,
): Promise<readonly string[]> {
	const callers: Caller[] = [];
	try {
		for (let n = 0; n < GUESSES; n++) {
			const node = nodes[n % nodes.length];
			assert.ok(node !== undefined);
			callers.push(
				await createCaller(protocolOf(n), node.url, {
					"x-forwarded-for": GUESSER,
				}),
			);
		}
		return await Promise.all(
			callers.map(async (caller, n) => {
				const request = toLogin(accountOf(n), `guess ${n}`);
				return (await caller.query(toFrame(request))).error?.id;
			}),
		);
	} finally {
		for (const caller of callers) caller.close();
	}
}

function countOf(answers: readonly string[]): {
	readonly tried: number;
	readonly refused: number;
} {
	const count = (id: string) => answers.filter((one) => one === id).length;
	const tried = count("plugin.strategy.missing_user");
	const refused = count("api.process.too_many_logins_requests");
	assert.equal(tried + refused, answers.length, answers.join());
	return { tried, refused };
}

/** The status of a login as the administrator, over HTTP. */
async function logIn(
	gateway: TestGateway,
	address: string,
	password = PASSWORD,
): Promise<number> {
	return tryOne(gateway, "http", password, address);
}

async function tryOne(
	gateway: TestGateway,
	protocol: Protocol,
	password: string,
	address = GUESSER,
): Promise<number> {
	const caller = await createCaller(protocol, gateway.url, {
		"x-forwarded-for": address,
	});
	try {
		return (await caller.query(toFrame(toLogin("admin", password)))).status;
	} finally {
		caller.close();
	}
}
