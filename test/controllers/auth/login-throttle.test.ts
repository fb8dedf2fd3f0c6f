import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ManualClock } from "../../../src/lib/clock.ts";
import { startGateway } from "../../support/gateway.ts";
import { createAdmin, PASSWORD } from "../../support/people.ts";

describe("failed logins", () => {
	it("make who guesses wait, over HTTP and WebSocket together, and nobody at another address", async (t) => {
		const clock = new ManualClock(Date.now());
		const gateway = await startGateway({
			clock,
			config: {
				server: { trustedProxies: ["127.0.0.1"] },
				limits: { loginFailuresPerAccount: 2, loginsPerSecond: 1000 },
			},
		});
		t.after(() => gateway.stop());
		await createAdmin(gateway);

		const login = (password: string, from: string) =>
			gateway.call("POST", "/_login/local", {
				body: { username: "admin", password },
				headers: { "x-forwarded-for": from },
			});
		const guesser = "192.0.2.66";
		assert.equal((await login("guess 1", guesser)).status, 401);
		const client = await gateway.connect({ "x-forwarded-for": guesser });
		const overWebSocket = await client.request({
			controller: "auth",
			action: "login",
			strategy: "local",
			body: { username: "admin", password: "guess 2" },
		});
		assert.equal(overWebSocket.error?.id, "plugin.strategy.missing_user");
		assert.equal((await login("guess 3", guesser)).status, 401);

		const refused = await login(PASSWORD, guesser);
		assert.equal(refused.status, 429);
		assert.equal(refused.body.error.id, "api.process.too_many_logins_requests");
		assert.equal((await login(PASSWORD, "192.0.2.1")).status, 200);

		clock.advance(1000);
		assert.equal((await login(PASSWORD, guesser)).status, 200);
		assert.equal((await login("a slip", guesser)).status, 401);
		assert.equal((await login(PASSWORD, guesser)).status, 200);
	});
});
