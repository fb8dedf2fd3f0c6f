import assert from "node:assert/strict";
import { it } from "node:test";
import { ManualClock } from "../../src/lib/clock.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { PASSWORD } from "../support/people.ts";

const TOO_MANY = "api.process.too_many_logins_requests";

it("one WebSocket may try loginsPerSecond logins in a second, good or bad; others have their own", async () => {
	const clock = new ManualClock();
	const gateway = await start(clock, 3);
	try {
		const one = await gateway.connect();
		const other = await gateway.connect();
		assert.deepEqual(await logIn(one, ["good", "bad", "good", "good", "bad"]), [
			200,
			401,
			200,
			TOO_MANY,
			TOO_MANY,
		]);
		assert.deepEqual(await logIn(other, ["good"]), [200]);
		clock.advance(1_000);
		assert.deepEqual(await logIn(one, ["good"]), [200]);
	} finally {
		await gateway.stop();
	}
});

it("of logins that come at once on one WebSocket, no more are tried", async () => {
	const gateway = await start(new ManualClock(), 1);
	try {
		const client = await gateway.connect();
		const answers = await Promise.all(
			Array.from({ length: 20 }, () => logIn(client, ["bad"])),
		);
		const tried = answers.flat().filter((answer) => answer !== TOO_MANY);
		assert.deepEqual(tried, [401]);
	} finally {
		await gateway.stop();
	}
});

it("a socket that is held back from logging in is still served", async () => {
	const gateway = await start(new ManualClock(), 1);
	try {
		const client = await gateway.connect();
		await logIn(client, ["bad", "bad"]);
		const now = await client.request({ controller: "server", action: "now" });
		assert.equal(now.status, 200);
	} finally {
		await gateway.stop();
	}
});

/** With one user, ann. */
async function start(
	clock: ManualClock,
	loginsPerSecond: number,
): Promise<TestGateway> {
	const gateway = await startGateway({
		clock,
		config: { limits: { loginsPerSecond } },
	});
	const credentials = { local: { username: "ann", password: PASSWORD } };
	const body = { content: { profileIds: ["default"] }, credentials };
	const request = {
		controller: "security",
		action: "createUser",
		_id: "ann",
		body,
	};
	const { status } = await gateway.query(request);
	assert.equal(status, 200);
	return gateway;
}

type Client = Awaited<ReturnType<TestGateway["connect"]>>;

/** What each try was answered, in order: a status, or that there were too many. */
async function logIn(
	client: Client,
	tries: readonly ("good" | "bad")[],
): Promise<(number | string)[]> {
	const answers: (number | string)[] = [];
	for (const attempt of tries) {
		const password = attempt === "good" ? PASSWORD : "wrong";
		const body = { username: "ann", password };
		const request = {
			controller: "auth",
			action: "login",
			strategy: "local",
			body,
		};
		const { status, error } = await client.request(request);
		answers.push(error?.id === TOO_MANY ? TOO_MANY : status);
	}
	return answers;
}
