import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { backends } from "../support/backends.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { HttpReply } from "../support/http-call.ts";
import { createAdmin, logIn, PASSWORD, whoIs } from "../support/people.ts";

/*
 * Logging in and out by cookie. It has no tables, since a row cannot say headers; the recordings replay the rest
 * (test/recordings/given/auth/auth-cookie.json), and test/security/origins.test.ts says from where a cookie is taken.
 */

const CREDENTIALS = { username: "admin", password: PASSWORD };

for (const backend of backends()) {
	describe(`cookies on ${backend}`, () => {
		let gateway: TestGateway;
		before(async () => {
			gateway = await startGateway({ backend });
			await createAdmin(gateway);
		});
		after(() => gateway.stop());

		const logInByCookie = () =>
			gateway.call("POST", "/_login/local?cookieAuth", { body: CREDENTIALS });
		const me = (cookie: string) =>
			gateway.call("GET", "/_me", { headers: { cookie } });

		it("auth:login with cookieAuth sets the token as a cookie that no script can read, and answers none", async () => {
			const reply = await logInByCookie();
			assert.equal(reply.status, 200);
			const { _id, jwt, expiresAt, ttl } = reply.body.result;
			assert.deepEqual([_id, jwt, ttl], ["admin", undefined, 3_600_000]);
			assert.match(
				setCookieOf(reply),
				/^authToken=kauth-[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
			);
			const [, expires = ""] = /Expires=([^;]+)/.exec(setCookieOf(reply)) ?? [];
			assert.equal(Date.parse(expires), Math.floor(expiresAt / 1000) * 1000);
		});

		it("the cookie is who calls, among other cookies too", async () => {
			const cookie = cookieOf(await logInByCookie());
			assert.equal((await me(cookie)).body.result._id, "admin");
			const among = await me(`a=1; ${cookie}; b=2`);
			assert.equal(among.body.result._id, "admin");
		});

		for (const cookie of ["authToken=null", "authToken=", "other=1"]) {
			it(`${cookie} is nobody`, async () => {
				assert.equal((await me(cookie)).body.result._id, "-1");
			});
		}

		it("a cookie that is no good is refused", async () => {
			const reply = await me("authToken=garbage");
			assert.equal(reply.body.error.id, "security.token.invalid");
			const unreadable = await me("authToken=%E0%A4%A");
			assert.equal(unreadable.body.error.id, "security.cookie.invalid");
		});

		it("a cookie and a token together are refused, by every action", async () => {
			const cookie = cookieOf(await logInByCookie());
			const token = await logIn(gateway, "admin");
			for (const path of ["/_me", "/_checkToken?cookieAuth"]) {
				const verb = path === "/_me" ? "GET" : "POST";
				const reply = await gateway.call(verb, path, {
					headers: { cookie },
					token,
				});
				assert.equal(reply.status, 500);
				assert.equal(
					reply.body.error.id,
					"security.token.verification_error",
					path,
				);
			}
		});

		it("auth:checkToken tells whose cookie it is", async () => {
			const check = (headers: Record<string, string>) =>
				gateway.call("POST", "/_checkToken?cookieAuth", { headers });
			const cookie = cookieOf(await logInByCookie());
			const good = (await check({ cookie })).body.result;
			assert.deepEqual([good.valid, good.kuid], [true, "admin"]);
			const bad = await check({ cookie: "authToken=garbage" });
			assert.deepEqual(bad.body.result, {
				valid: false,
				state: "Invalid token.",
			});
			const none = (await check({})).body.result;
			assert.deepEqual(none, { valid: true, kuid: "-1", expiresAt: null });
		});

		it("auth:refreshToken with cookieAuth sets another cookie", async () => {
			const cookie = cookieOf(await logInByCookie());
			const reply = await gateway.call("POST", "/_refreshToken?cookieAuth", {
				headers: { cookie },
			});
			assert.equal(reply.body.result.jwt, undefined);
			const fresh = cookieOf(reply);
			assert.notEqual(fresh, cookie);
			assert.equal((await me(fresh)).body.result._id, "admin");
		});

		it("auth:logout with cookieAuth is refused to whom the strangers' role does not allow it, without a good cookie", async () => {
			for (const cookie of ["authToken=garbage", "other=1"]) {
				const reply = await gateway.call("POST", "/_logout?cookieAuth", {
					headers: { cookie },
				});
				assert.equal(reply.body.error.id, "security.rights.unauthorized");
			}
		});

		it("auth:logout with cookieAuth clears the cookie and revokes its token, for whom logout is allowed (unlike Kuzzle, which asks the strangers' role)", async () => {
			const cookie = cookieOf(await logInByCookie());
			const reply = await gateway.call("POST", "/_logout?cookieAuth", {
				headers: { cookie },
			});
			assert.deepEqual(reply.body.result, { acknowledged: true });
			assert.equal(
				setCookieOf(reply),
				"authToken=null; Path=/; HttpOnly; SameSite=Strict",
			);
			assert.equal((await me(cookie)).body.error.id, "security.token.invalid");
			assert.equal(await whoIs(gateway, cookie.split("=")[1] ?? ""), null);
		});

		it("a WebSocket that was opened with a cookie is its user's", async () => {
			const cookie = cookieOf(await logInByCookie());
			const client = await gateway.connect({ cookie });
			const request = { controller: "auth", action: "getCurrentUser" };
			assert.equal((await client.request(request)).result._id, "admin");
			await client.close();
		});
	});
}

describe("with http.cookieAuthentication off", () => {
	let gateway: TestGateway;
	before(async () => {
		const config = { http: { cookieAuthentication: false } };
		gateway = await startGateway({ config });
		await createAdmin(gateway);
	});
	after(() => gateway.stop());

	it("a cookie, and asking for one, are refused", async () => {
		const headers = { cookie: "authToken=x" };
		const replies = [
			await gateway.call("GET", "/_me", { headers }),
			await gateway.call("POST", "/_login/local?cookieAuth", {
				body: CREDENTIALS,
			}),
			await gateway.call("POST", "/_logout?cookieAuth"),
		];
		for (const { status, body, headers: answered } of replies) {
			assert.equal(status, 500);
			assert.equal(body.error.id, "security.cookie.unsupported");
			assert.equal(answered["set-cookie"], undefined);
		}
	});
});

function setCookieOf({ headers }: HttpReply): string {
	const [cookie = "", ...others] = headers["set-cookie"] ?? [];
	assert.equal(others.length, 0);
	return cookie;
}

/** As a browser sends it back. */
function cookieOf(reply: HttpReply): string {
	return setCookieOf(reply).split(";")[0] ?? "";
}
