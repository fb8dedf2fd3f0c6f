import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { toExamples } from "../../src/action/examples.ts";
import { declaredActions } from "../support/declared-actions.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import type { HttpReply } from "../support/http-call.ts";
import { createAdmin, createKey, PASSWORD } from "../support/people.ts";
import { rawExchange } from "../support/raw-exchange.ts";

/** Text that would end its header and begin others, and a body of its own, were it put there as it is. */
const SPLITS: readonly string[] = [
	"x\r\nX-Evil: 1\r\nSet-Cookie: authToken=evil",
	"x\nX-Evil: 1",
	"x\rX-Evil: 1",
	// What becomes CR and LF when only the low byte of a character is sent.
	"x\u560d\u560aX-Evil: 1",
	"x\u010d\u010aX-Evil: 1",
	"x\r\n\r\n<script>1</script>",
	"x\0X-Evil: 1",
];
const COOKIE_SPLITS: readonly string[] = [
	...SPLITS,
	"x; authToken=evil; Path=/",
	"x, authToken=evil",
];

let gateway: TestGateway;
let key: string;
let login: string;
before(async () => {
	gateway = await startGateway({
		config: {
			limits: { loginsPerSecond: 10_000, loginFailuresPerAccount: 10_000 },
			security: { tokenInUrl: false },
		},
	});
	login = await createAdmin(gateway);
	key = await createKey(gateway, login);
});
after(() => gateway?.stop());

describe("text that breaks out of a header", () => {
	it("is none in whatever argument of whatever action it comes, in the path or the query string", async () => {
		for (const action of declaredActions()) {
			if (/:reset(Security|Database)$/.test(action.name)) continue;
			const { webSocket } = toExamples(action);
			const { body } = JSON.parse(webSocket);
			for (const route of action.http)
				for (const split of SPLITS) {
					const [verb = "", path = ""] = route.split(" ");
					const text = encodeURIComponent(split);
					const names = [...Object.keys(action.args), "requestId", "x"];
					const query = names.map((name) => `${name}=${text}`).join("&");
					const reply = await gateway.call(
						verb,
						`${path.replace(/:[^/]+/g, text)}?${query}`,
						{
							token: key,
							...(verb === "GET" || body === undefined ? {} : { body }),
						},
					);
					assertWhole(reply, `${route} with ${JSON.stringify(split)}`);
				}
		}
	});

	it("is none in a request that names itself, its volatile data, or its client", async () => {
		for (const split of SPLITS) {
			const named = {
				requestId: split,
				volatile: { sdkName: split, a: split },
			};
			for (const request of [
				{ controller: "server", action: "now", ...named },
				{ controller: split, action: split, ...named },
				{ controller: "server", action: "now", index: split, jwt: split },
			]) {
				const reply = await gateway.call("POST", "/_query", { body: request });
				assertWhole(reply, JSON.stringify(request));
			}
		}
	});

	it("is none in the answer to a client that writes what it likes", async () => {
		for (const header of [
			"X-Kuzzle-Request-Id: x\rX-Evil: 1",
			"X-Kuzzle-Request-Id: x\u0000X-Evil: 1",
			"Origin: http://localhost\rX-Evil: 1",
			"Origin: http://localhost\nX-Evil: 1",
		]) {
			const answer = await rawExchange(
				gateway,
				`GET /_now HTTP/1.1\r\nHost: localhost\r\n${header}\r\nConnection: close\r\n\r\n`,
			);
			const [head = ""] = answer.split("\r\n\r\n");
			assert.doesNotMatch(head, /^x-evil:/im, header);
		}
	});
});

describe("a cookie", () => {
	it("is set to the token alone, whatever the login names", async () => {
		for (const split of COOKIE_SPLITS) {
			const text = encodeURIComponent(split);
			const body = { username: "admin", password: PASSWORD, x: split };
			for (const path of [
				`/_login/local?cookieAuth&x=${text}`,
				`/_login/local?cookieAuth&requestId=${text}`,
			]) {
				const reply = await gateway.call("POST", path, { body });
				assert.equal(reply.status, 200, JSON.stringify(reply.body));
				const cookies = reply.headers["set-cookie"] ?? [];
				assert.equal(cookies.length, 1);
				assert.match(
					cookies[0] ?? "",
					/^authToken=kauth-[\w-]+\.[\w-]+\.[\w-]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
				);
			}
			const refused = await gateway.call("POST", `/_login/local?cookieAuth`, {
				body: { username: split, password: PASSWORD },
			});
			assert.equal(refused.headers["set-cookie"], undefined);
		}
	});

	it("of another name is no login, however alike", async () => {
		for (const name of [
			"xauthToken",
			"authtoken",
			"AUTHTOKEN",
			"authToken2",
			"__Host-authToken",
			"authToken%20",
			'"authToken"',
			"a=1&authToken",
			"a=authToken",
			"__proto__",
		]) {
			const reply = await me(`${name}=${login}`);
			assert.equal(reply.body.result?._id, "-1", name);
		}
	});

	it("that was put before or behind the user's own makes nobody another user", async () => {
		const good = `authToken=${login}`;
		for (const cookie of [
			`authToken=null; ${good}`,
			`authToken=; ${good}`,
			`authToken=evil; ${good}`,
			`${good}; authToken=evil`,
			`authToken="; ${good}"`,
			`a="; authToken=evil; "; ${good}`,
		]) {
			const { status, body } = await me(cookie);
			const who = status === 401 ? "refused" : body.result._id;
			assert.ok(["admin", "-1", "refused"].includes(who), `${cookie}: ${who}`);
		}
	});

	it("with a token beside it is taken for neither", async () => {
		const reply = await gateway.call("GET", "/_me", {
			token: key,
			headers: { cookie: `authToken=${login}` },
		});
		assert.equal(reply.body.error.id, "security.token.verification_error");
	});
});

function me(cookie: string): Promise<HttpReply> {
	return gateway.call("GET", "/_me", { headers: { cookie } });
}

/** The answer is one, with the gateway's own headers, and no page. */
function assertWhole({ status, headers, text }: HttpReply, what: string): void {
	assert.ok(status >= 200 && status < 500, `${what}: ${status} ${text}`);
	assert.equal(headers["x-evil"], undefined, what);
	for (const cookie of headers["set-cookie"] ?? [])
		assert.doesNotMatch(cookie, /evil/, what);
	for (const [name, value] of Object.entries(headers))
		assert.doesNotMatch(String(value), /[\r\n\0]/, `${what}: ${name}`);
	assert.doesNotMatch(String(headers["content-type"]), /html/, what);
}
