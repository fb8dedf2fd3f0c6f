import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
	type Cluster,
	canCluster,
	restrict,
	startCluster,
} from "../support/cluster.ts";
import {
	createDelayingRelay,
	type DelayingRelay,
} from "../support/delaying-relay.ts";
import type { TestGateway } from "../support/gateway.ts";
import { createKey, logIn, must, PASSWORD, whoIs } from "../support/people.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";

/** How long a word between the nodes takes, one way: long enough that an answer which does not wait for it is too early. */
const DELAY_MS = 40;
const VERIFICATIONS = 100;
/** Another became the first administrator, or is about to. */
const REFUSALS = ["api.process.admin_exists", "api.process.action_locked"];

if (canCluster()) {
	let redis: TestRedis;
	let relay: DelayingRelay;
	before(async () => {
		redis = await startRedis();
		relay = await createDelayingRelay(redis.port);
	});
	after(async () => {
		await relay.close();
		await redis.stop();
	});
	const far = () => ({
		...redis.settings,
		node: { host: "127.0.0.1", port: relay.port },
	});

	describe("three nodes that start at once on an empty store", () => {
		it("agree on one secret, and of all callers one becomes the first administrator", async () => {
			const cluster = await startCluster({
				redis: [redis.settings, redis.settings, redis.settings],
			});
			try {
				const answers = await Promise.all(
					cluster.nodes.flatMap((node, number) =>
						Array.from({ length: 8 }, (_, n) =>
							node.query(firstAdmin(`admin-${number}-${n}`)),
						),
					),
				);
				const made = answers.filter(({ status }) => status === 200);
				assert.equal(made.length, 1, JSON.stringify(answers.map(errorId)));
				for (const answer of answers) {
					if (answer.status === 200) continue;
					assert.ok(REFUSALS.includes(errorId(answer) ?? ""), errorId(answer));
				}
				const kuid: string = made[0]?.result._id;
				for (const maker of cluster.nodes) {
					const token = await logIn(maker, kuid);
					for (const node of cluster.nodes)
						assert.equal(await whoIs(node, token), kuid);
				}
			} finally {
				await cluster.stop();
			}
		});
	});

	describe("a hundred verifications on the other node", () => {
		let cluster: Cluster;
		let one: TestGateway;
		let other: TestGateway;
		let admin: string;
		before(async () => {
			relay.delayMs = 0;
			cluster = await startCluster({ redis: [redis.settings, far()] });
			[one, other] = [cluster.node(0), cluster.node(1)];
			admin = await restrict(one);
			relay.delayMs = DELAY_MS;
		});
		after(() => cluster?.stop());

		it("let no key through after its deletion was answered", async () => {
			const key = await createKey(one, admin, { _id: "raced" });
			await race(other, key, () =>
				must(
					one,
					{ controller: "auth", action: "deleteApiKey", _id: "raced" },
					admin,
				),
			);
		});

		it("let no login through after its end was answered", async () => {
			const token = await logIn(other, "admin");
			await race(other, token, () =>
				must(one, { controller: "auth", action: "logout" }, token),
			);
		});

		it("let none of a user's logins through after all were revoked", async () => {
			const token = await logIn(other, "admin");
			await race(other, token, () =>
				must(
					one,
					{ controller: "security", action: "revokeTokens", _id: "admin" },
					admin,
				),
			);
			admin = await logIn(one, "admin");
		});
	});

	describe("a token that is refreshed on one node and revoked on another", () => {
		let cluster: Cluster;
		before(async () => {
			relay.delayMs = 0;
			cluster = await startCluster({ redis: [redis.settings, far()] });
			await restrict(cluster.node(0));
		});
		after(() => cluster?.stop());

		it("does not come back, nor do those that take its place", async () => {
			const [one, other] = [cluster.node(0), cluster.node(1)];
			for (let delayMs = 0; delayMs < 24; delayMs += 2) {
				relay.delayMs = delayMs;
				const token = await logIn(one, "admin");
				const [refreshed] = await Promise.all([
					other.query({ controller: "auth", action: "refreshToken" }, token),
					must(
						one,
						{ controller: "auth", action: "logout", global: true },
						token,
					),
				]);
				const fresh: string | undefined = refreshed.result?.jwt;
				for (const node of cluster.nodes) {
					assert.equal(await whoIs(node, token), null);
					if (fresh !== undefined) assert.equal(await whoIs(node, fresh), null);
				}
			}
		});
	});
}

/** Verifies without pause while it is revoked, and looks at each verification that began after the answer. */
async function race(
	node: TestGateway,
	token: string,
	revoke: () => Promise<unknown>,
): Promise<void> {
	assert.notEqual(await whoIs(node, token), null);
	let isAnswered = false;
	let good = 0;
	const late: (string | null)[] = [];
	const verify = async () => {
		while (!isAnswered) if ((await whoIs(node, token)) !== null) good++;
		late.push(await whoIs(node, token));
	};
	const verifying = Array.from({ length: VERIFICATIONS }, verify);
	await revoke();
	isAnswered = true;
	// One more each: begun after the answer, whatever came of the one before.
	await Promise.all(verifying);
	assert.ok(good > 0);
	assert.deepEqual(late, Array(VERIFICATIONS).fill(null));
}

function firstAdmin(_id: string): Record<string, unknown> {
	const local = { username: _id, password: PASSWORD };
	return {
		controller: "security",
		action: "createFirstAdmin",
		_id,
		body: { content: {}, credentials: { local } },
	};
}

function errorId(answer: { error?: { id?: string } }): string | undefined {
	return answer.error?.id;
}
