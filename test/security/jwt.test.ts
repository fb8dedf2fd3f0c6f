import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import jsonwebtoken from "jsonwebtoken";
import { ManualClock } from "../../src/lib/clock.ts";
import { Jwt } from "../../src/security/jwt.ts";
import { isError } from "../support/assert-error.ts";

const SECRET = "a secret of the tests";

function start(): { clock: ManualClock; jwt: Jwt } {
	const clock = new ManualClock();
	const jwt = new Jwt({ algorithm: "HS256", clock });
	jwt.useSecret(SECRET);
	return { clock, jwt };
}

function encode(part: object | string): string {
	return Buffer.from(
		typeof part === "string" ? part : JSON.stringify(part),
	).toString("base64url");
}

function hmac(header: object, payload: object | string, secret = SECRET) {
	const signed = `${encode(header)}.${encode(payload)}`;
	return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

describe("a token", () => {
	it("says whose it is and when it ends, under its prefix", () => {
		const { clock, jwt } = start();
		const now = clock.now();
		const login = jwt.sign("authToken", { _id: "ann", jti: "x" }, now + 1500);
		assert.match(login, /^kauth-[\w-]+\.[\w-]+\.[\w-]+$/);
		const iat = Math.floor(now / 1000);
		assert.deepEqual(jwt.verify(login), {
			kind: "authToken",
			claims: {
				_id: "ann",
				jti: "x",
				iat,
				exp: Math.ceil((now + 1500) / 1000),
			},
		});
		const key = jwt.sign("apiKey", { _id: "ann" }, -1);
		assert.deepEqual(jwt.verify(key), {
			kind: "apiKey",
			claims: { _id: "ann", iat },
		});
	});

	it("is refused once it has ended, by the clock of the gateway", () => {
		const { clock, jwt } = start();
		const token = jwt.sign("authToken", { _id: "ann" }, clock.now() + 2000);
		clock.advance(1999);
		jwt.verify(token);
		clock.advance(1);
		assert.throws(() => jwt.verify(token), isError("security.token.invalid"));
	});

	it("can be neither made nor read before the secret is known", () => {
		const jwt = new Jwt({ algorithm: "HS256", clock: new ManualClock() });
		assert.throws(
			() => jwt.sign("apiKey", { _id: "ann" }, -1),
			isError("services.storage.not_connected"),
		);
		assert.throws(
			() => jwt.verify("kauth-a.b.c"),
			isError("services.storage.not_connected"),
		);
	});

	it("is signed as configured", () => {
		const clock = new ManualClock();
		for (const algorithm of ["HS384", "HS512"] as const) {
			const jwt = new Jwt({ algorithm, clock });
			jwt.useSecret(SECRET);
			const token = jwt.sign("authToken", { _id: "ann" }, -1);
			assert.equal(jwt.verify(token).claims._id, "ann");
			const other = start().jwt;
			assert.throws(
				() => other.verify(token),
				isError("security.token.invalid"),
			);
		}
	});
});

describe("a forged token is refused (RFC 8725)", () => {
	const { clock, jwt } = start();
	const iat = Math.floor(clock.now() / 1000);
	const payload = { _id: "ann", iat };
	const header = { alg: "HS256", typ: "JWT" };
	const good = jwt.sign("authToken", { _id: "ann" }, -1);
	const [head = "", body = "", signature = ""] = good
		.slice("kauth-".length)
		.split(".");
	const { privateKey, publicKey } = generateKeyPairSync("rsa", {
		modulusLength: 2048,
		publicKeyEncoding: { type: "spki", format: "pem" },
		privateKeyEncoding: { type: "pkcs8", format: "pem" },
	});

	const vectors: Record<string, string> = {
		"empty text": "",
		"only a prefix": "kauth-",
		"no prefix": good.slice("kauth-".length),
		"a prefix in capitals": `KAUTH-${good.slice("kauth-".length)}`,
		"two prefixes": `kauth-${good}`,
		"a space after it": `${good} `,
		garbage: "kauth-garbage",
		"three empty parts": "kauth-..",
		"alg none, unsigned": `kauth-${encode({ alg: "none", typ: "JWT" })}.${body}.`,
		"alg None": `kauth-${encode({ alg: "None" })}.${body}.`,
		"alg none with a signature": `kauth-${encode({ alg: "none" })}.${body}.${signature}`,
		"no signature": `kauth-${head}.${body}.`,
		"no alg": `kauth-${hmac({ typ: "JWT" }, payload)}`,
		"an altered payload": `kauth-${head}.${encode({ ...payload, _id: "bob" })}.${signature}`,
		"an altered signature": `kauth-${head}.${body}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
		"a cut signature": `kauth-${head}.${body}.${signature.slice(0, -2)}`,
		"another secret": `kauth-${hmac(header, payload, "another secret")}`,
		"an empty secret": `kauth-${hmac(header, payload, "")}`,
		"another HMAC": `kauth-${jsonwebtoken.sign(payload, SECRET, { algorithm: "HS512" })}`,
		"a header that lies about the HMAC": `kauth-${hmac({ ...header, alg: "HS512" }, payload)}`,
		"RS256 with a key of its own": `kauth-${jsonwebtoken.sign(payload, privateKey, { algorithm: "RS256" })}`,
		"HS256 with a public key as its secret": `kauth-${hmac(header, payload, publicKey)}`,
		ended: `kauth-${hmac(header, { ...payload, exp: iat - 1 })}`,
		"ended this second": `kauth-${hmac(header, { ...payload, exp: iat })}`,
		"an end that is text": `kauth-${hmac(header, { ...payload, exp: "never" })}`,
		"not good before tomorrow": `kauth-${hmac(header, { ...payload, nbf: iat + 86_400 })}`,
		"no user": `kauth-${hmac(header, { iat })}`,
		"a user that is no text": `kauth-${hmac(header, { ...payload, _id: { $ne: "" } })}`,
		"no time of issue": `kauth-${hmac(header, '{"_id":"ann"}')}`,
		"an id that is no text": `kauth-${hmac(header, { ...payload, jti: ["x"] })}`,
		"a payload that is no object": `kauth-${hmac(header, '"ann"')}`,
		"a payload that is a list": `kauth-${hmac(header, "[]")}`,
		"a payload that is no JSON": `kauth-${hmac(header, "_id=ann")}`,
		"a megabyte": `kauth-${"a".repeat(1024 * 1024)}`,
		"a megabyte of dots": `kauth-${".".repeat(1024 * 1024)}`,
		"a megabyte, well signed": `kauth-${hmac(header, { ...payload, x: "a".repeat(1024 * 1024) })}`,
	};
	for (const [what, token] of Object.entries(vectors)) {
		it(what, () => {
			assert.throws(
				() => jwt.verify(token),
				isError("security.token.invalid", []),
			);
		});
	}

	it("and a good one is not", () => {
		assert.equal(jwt.verify(good).claims._id, "ann");
		assert.equal(
			jwt.verify(`kauth-${hmac(header, payload)}`).claims._id,
			"ann",
		);
	});
});
