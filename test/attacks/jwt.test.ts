import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin, createKey, whoIs } from "../support/people.ts";
import type { WsClient } from "../support/ws-client.ts";

/*
 * Forgeries that need a gateway: test/who-gets-in/tokens.test.ts and test/security/jwt.test.ts have those of algorithms, keys, claims,
 * prefixes and lengths. Here are those of single bits, of header members that name keys, and of names that come twice.
 */

/** What the attacker is supposed to know in some of these: even so he gets no token that nobody made. */
const SECRET =
	"a secret of the test, long enough for any algorithm: 0123456789abcdef";
const INVALID = "security.token.invalid";

interface Parts {
	readonly prefix: string;
	readonly header: string;
	readonly claims: string;
	readonly signature: string;
}

/** Headers that send a careless verifier for another key, as JSON text. Signed with what that key would be, and with nothing. */
const HEADERS: Readonly<Record<string, string>> = {
	"a key id that is a file": '{"alg":"HS256","kid":"../../../../dev/null"}',
	"a key id that is a query": `{"alg":"HS256","kid":"x' UNION SELECT 'x"}`,
	"a key id that is a command": '{"alg":"HS256","kid":"| id"}',
	"a key id that is every object's": '{"alg":"HS256","kid":"__proto__"}',
	"a key of its own": '{"alg":"HS256","jwk":{"kty":"oct","k":""}}',
	"a key on the attacker's server": '{"alg":"HS256","jku":"http://127.0.0.1/"}',
	"a certificate of its own":
		'{"alg":"HS256","x5c":["MA=="],"x5u":"http://x/"}',
	"an algorithm that comes twice": '{"alg":"none","alg":"HS256"}',
	"an algorithm that comes twice, none last": '{"alg":"HS256","alg":"none"}',
	"an algorithm that is a list": '{"alg":["HS256","none"]}',
	"an algorithm in a prototype": '{"__proto__":{"alg":"none"}}',
	"an algorithm of another family": '{"alg":"ES256"}',
	"an algorithm with a trailing NUL": '{"alg":"none\\u0000"}',
	"a list": '["HS256"]',
	null: "null",
	"no JSON": "{alg:none}",
};

/** Claims that two readers could read as two things, as JSON text around the true ones (without their braces). */
const CLAIMS: Readonly<Record<string, (own: string) => string>> = {
	"a user that comes twice": (own) => `{${own},"_id":"nobody"}`,
	"a user that comes twice, the true one last": (own) =>
		`{"_id":"nobody",${own}}`,
	"an end that comes twice": (own) => `{${own},"exp":9999999999}`,
	"a user in a prototype": () => '{"__proto__":{"_id":"admin","iat":1}}',
	"an audience and an issuer": (own) => `{${own},"aud":"x","iss":"y"}`,
	blanks: (own) => `{ ${own} }`,
};

describe("a token that somebody tampered with", () => {
	let gateway: TestGateway;
	let socket: WsClient;
	let good: readonly string[];
	before(async () => {
		gateway = await startGateway({
			config: { security: { authToken: { secret: SECRET } } },
		});
		const login = await createAdmin(gateway);
		socket = await gateway.connect();
		good = [login, await createKey(gateway, login)];
	});
	after(() => gateway?.stop());

	it("in one letter, wherever, is refused over WebSocket", async () => {
		for (const token of good)
			for (let at = 0; at < token.length; at++)
				await assertRefused(socket, tamper(token, at), `letter ${at}`);
	});

	it("by leaving out the end, or adding to it, is refused over HTTP and WebSocket", async () => {
		for (const token of good)
			for (const other of [
				...[1, 2, 3, 10, 43, 44].map((count) => token.slice(0, -count)),
				...["A", "=", "==", ".", " ", "%00", "\n", ",", "; x"].map(
					(end) => token + end,
				),
			]) {
				await assertRefused(socket, other, JSON.stringify(other.slice(-5)));
				// A header has no blanks at its end, nor line ends anywhere.
				if (/\s/.test(other)) continue;
				assert.equal(await whoIs(gateway, other), null);
			}
	});

	it("by a header that leads to another key is refused", async () => {
		for (const token of good) {
			const { prefix, claims } = split(token);
			for (const [name, header] of Object.entries(HEADERS)) {
				const text = `${toPart(header)}.${claims}`;
				for (const signature of ["", ...["", "\0", "x"].map(signed(text))]) {
					const forged = `${prefix}${text}.${signature}`;
					await assertRefused(socket, forged, name);
				}
			}
		}
	});

	it("by claims with two meanings is refused, though signed with the secret: nobody made it", async () => {
		for (const token of good) {
			const { prefix, header, claims } = split(token);
			const own = Buffer.from(claims, "base64url").toString().slice(1, -1);
			for (const [name, toClaims] of Object.entries(CLAIMS)) {
				const text = `${header}.${toPart(toClaims(own))}`;
				const forged = `${prefix}${text}.${signed(text)(SECRET)}`;
				await assertRefused(socket, forged, name);
			}
		}
	});

	it("is refused in a cookie as well", async () => {
		const [login = ""] = good;
		const { prefix, header, claims } = split(login);
		for (const token of [
			tamper(login, login.length - 5),
			`${prefix}${toPart('{"alg":"none"}')}.${claims}.`,
			`${prefix}${header}.${claims}.`,
		]) {
			const cookie = `authToken=${token}`;
			const reply = await gateway.call("GET", "/_me", { headers: { cookie } });
			assert.equal(reply.body.error?.id, INVALID);
		}
	});

	it("leaves the true one as good as it was", async () => {
		for (const token of good)
			assert.equal(await whoIs(gateway, token), "admin");
	});
});

async function assertRefused(
	socket: WsClient,
	jwt: string,
	what: string,
): Promise<void> {
	const request = { controller: "auth", action: "getCurrentUser", jwt };
	const { status, error } = await socket.request(request);
	assert.deepEqual([status, error?.id], [401, INVALID], what);
}

/** Another letter in that place: one that changes the first of its bits, which base64 never leaves unused. */
function tamper(token: string, at: number): string {
	const letter = token[at] ?? "";
	const other = /[A-Za-f]/.test(letter) ? "9" : "A";
	return token.slice(0, at) + other + token.slice(at + 1);
}

function split(token: string): Parts {
	const [, prefix = "", header = "", claims = "", signature = ""] =
		/^(k[a-z]+-)([^.]+)\.([^.]+)\.([^.]+)$/.exec(token) ?? [];
	assert.notEqual(signature, "");
	return { prefix, header, claims, signature };
}

function signed(text: string): (secret: string) => string {
	return (secret) =>
		createHmac("sha256", secret).update(text).digest("base64url");
}

function toPart(json: string): string {
	return Buffer.from(json).toString("base64url");
}
