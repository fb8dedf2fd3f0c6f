import assert from "node:assert/strict";
import { describe, it } from "node:test";
import sdk from "kuzzle-sdk";
import { ManualClock } from "../../src/lib/clock.ts";
import { must, PASSWORD } from "../support/people.ts";
import { createTcpRelay } from "../support/tcp-relay.ts";
import { type Sdk, withSdk } from "./with-sdk.ts";

/** How the stock SDK gets along with a connection that is cut and a token that ends. */
withSdk(
	"the SDK over WebSocket",
	(stage) => {
		it("connects again by itself, and still has its token", async (t) => {
			const { connect, gateway, admin } = stage();
			const relay = await createTcpRelay(gateway.url);
			t.after(() => relay.close());
			const kuzzle = await connect({
				token: admin,
				port: Number(new URL(relay.url).port),
				autoReconnect: true,
				reconnectionDelay: 10,
			});
			const gone = next(kuzzle, "disconnected");
			const back = next(kuzzle, "reconnected");
			await relay.refuse();
			await gone;
			await relay.accept();
			await back;
			assert.equal((await kuzzle.auth.getCurrentUser())._id, "admin");
			kuzzle.disconnect();
		});

		it("is refused, and drops its token, when that was revoked while it was away", async (t) => {
			const { connect, gateway, admin } = stage();
			const { token } = await must(
				gateway,
				{ controller: "auth", action: "createToken" },
				admin,
			);
			const relay = await createTcpRelay(gateway.url);
			t.after(() => relay.close());
			const kuzzle = await connect({
				token,
				port: Number(new URL(relay.url).port),
				autoReconnect: true,
				reconnectionDelay: 10,
			});
			const gone = next(kuzzle, "disconnected");
			const back = next(kuzzle, "reconnected");
			await relay.refuse();
			await gone;
			await must(gateway, { controller: "auth", action: "logout" }, token);
			await relay.accept();
			await back;
			await assert.rejects(kuzzle.auth.getCurrentUser(), {
				id: "security.token.invalid",
			});
			assert.equal(kuzzle.jwt, null);
			kuzzle.disconnect();
		});

		it("keeps requests apart that are under way together", async () => {
			const { connect, admin } = stage();
			const kuzzle = await connect({ token: admin });
			const ids = Array.from({ length: 50 }, (_, i) => `together-${i}`);
			const keys = await Promise.all(
				ids.map((_id) =>
					kuzzle.auth.createApiKey(_id, { _id, refresh: "false" as never }),
				),
			);
			assert.deepEqual(
				keys.map(({ _id, _source }) => [_id, _source.description]),
				ids.map((id) => [id, id]),
			);
		});
	},
	{ protocols: ["WebSocket"] },
);

const clock = new ManualClock(Date.now());

withSdk(
	"a token that ends",
	(stage, protocol) => {
		it("is told to the SDK, which drops it", async () => {
			const kuzzle = await stage().connect();
			const login = { username: "admin", password: PASSWORD };
			// Shorter than the time after which a connection that says nothing is closed.
			await kuzzle.auth.login("local", login, "30s");
			assert.equal((await kuzzle.auth.getCurrentUser())._id, "admin");
			const expired = next(kuzzle, "tokenExpired");
			clock.advance(30_001);
			// Over HTTP nothing can be told before the next request.
			if (protocol === "Http") {
				await assert.rejects(kuzzle.auth.getCurrentUser(), {
					id: "security.token.invalid",
				});
			}
			await expired;
			assert.equal(kuzzle.jwt, null);
			assert.equal((await kuzzle.auth.getCurrentUser())._id, "-1");
		});
	},
	{ clock: () => clock },
);

describe("cookies", () => {
	// So cookies are shown with requests of our own: test/scenarios/auth-cookies.test.ts.
	it("are not for the SDK in Node: it says so itself", () => {
		for (const protocol of ["Http", "WebSocket"] as const) {
			assert.throws(
				() =>
					new sdk.Kuzzle(new sdk[protocol]("127.0.0.1"), { cookieAuth: true }),
				/cookie cannot be enabled outside of a browser/,
			);
		}
	});
});

function next(
	kuzzle: Sdk,
	event: "disconnected" | "reconnected" | "tokenExpired",
) {
	return new Promise<void>((resolve) => kuzzle.once(event, () => resolve()));
}
