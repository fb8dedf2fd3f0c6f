import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { askOnce, PROTOCOLS } from "../support/callers.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin, createKey } from "../support/people.ts";

const SECRET =
	"a secret of the test, long enough for any algorithm: 0123456789abcdef";
const NOW = () => Math.floor(Date.now() / 1000);
const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });

type Claims = Readonly<Record<string, unknown>>;
interface Good {
	readonly kind: "kauth-" | "kapikey-";
	/** Of a token that works, without its prefix: header, claims, signature. */
	readonly parts: readonly [string, string, string];
	readonly claims: Claims;
}

/** Forgeries of a good token, of the kinds that RFC 8725 warns of. */
const FORGERIES: Readonly<Record<string, (good: Good) => string>> = {
	"no algorithm (§2.1)": ({ kind, claims }) =>
		`${kind}${toPart({ alg: "none", typ: "JWT" })}.${toPart(claims)}.`,
	"no algorithm, in other letters": ({ kind, claims }) =>
		`${kind}${toPart({ alg: "nOnE" })}.${toPart(claims)}.`,
	"no algorithm, with the good signature": ({
		kind,
		parts: [, claims, signature],
	}) => `${kind}${toPart({ alg: "none" })}.${claims}.${signature}`,
	"no header member that names an algorithm": ({ kind, claims }) =>
		signed(kind, {}, claims),
	"another HMAC, with the right secret": ({ kind, claims }) =>
		signed(kind, { alg: "HS512" }, claims, { digest: "sha512" }),
	"RSA, with a key of the forger's": ({ kind, claims }) => {
		const text = `${toPart({ alg: "RS256" })}.${toPart(claims)}`;
		const signature = sign("sha256", Buffer.from(text), RSA.privateKey);
		return `${kind}${text}.${signature.toString("base64url")}`;
	},
	"HMAC, with a public key for its secret (§2.1)": ({ kind, claims }) =>
		signed(kind, { alg: "HS256" }, claims, {
			secret: RSA.publicKey.export({ type: "spki", format: "pem" }).toString(),
		}),
	"a key inside the header": ({ kind, claims }) =>
		signed(kind, { alg: "HS256", jwk: { kty: "oct", k: "eA" } }, claims, {
			secret: "x",
		}),
	"another secret": ({ kind, claims }) =>
		signed(kind, { alg: "HS256" }, claims, { secret: "x" }),
	"an empty secret": ({ kind, claims }) =>
		signed(kind, { alg: "HS256" }, claims, { secret: "" }),
	"altered claims": ({ kind, parts: [header, , signature], claims }) =>
		`${kind}${header}.${toPart({ ...claims, _id: "someone" })}.${signature}`,
	"an altered signature": ({ kind, parts: [header, claims, signature] }) =>
		`${kind}${header}.${claims}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
	"a cut signature": ({ kind, parts: [header, claims, signature] }) =>
		`${kind}${header}.${claims}.${signature.slice(0, -2)}`,
	"no signature": ({ kind, parts: [header, claims] }) =>
		`${kind}${header}.${claims}.`,
	"claims that nobody stored": ({ kind, claims }) =>
		signed(kind, { alg: "HS256" }, { ...claims, jti: "somebody-else's" }),
	"another user, and the right secret": ({ kind, claims }) =>
		signed(kind, { alg: "HS256" }, { ...claims, _id: "someone" }),
	"an end that is past": ({ kind, claims }) =>
		signed(kind, { alg: "HS256" }, { ...claims, exp: NOW() - 60 }),
	"a beginning that is to come": ({ kind, claims }) =>
		signed(kind, { alg: "HS256" }, { ...claims, nbf: NOW() + 3600 }),
	"claims that are no object": ({ kind }) =>
		signed(kind, { alg: "HS256" }, ["admin"]),
	"a user that is no text": ({ kind, claims }) =>
		signed(kind, { alg: "HS256" }, { ...claims, _id: { $ne: null } }),
	"the prefix of the other kind": ({ kind, parts }) =>
		`${kind === "kauth-" ? "kapikey-" : "kauth-"}${parts.join(".")}`,
	"no prefix": ({ parts }) => parts.join("."),
	"two prefixes": ({ kind, parts }) => `${kind}${kind}${parts.join(".")}`,
	"the prefix alone": ({ kind }) => kind,
	"five parts": ({ kind, parts }) => `${kind}${parts.join(".")}.a.b`,
	"no JSON": ({ kind }) => `${kind}${"e30".repeat(3)}.!!!.e30`,
	"two thousand dots": ({ kind }) => kind + ".".repeat(2_000),
	"a text that is no token": () => "admin",
	"letters that look alike": ({ kind, parts }) =>
		`${kind.replace("a", "\u0430")}${parts.join(".")}`,
};

describe("a forged token", () => {
	let gateway: TestGateway;
	let good: Good[];
	before(async () => {
		gateway = await startGateway({
			config: {
				limits: { loginsPerSecond: 1_000 },
				security: { authToken: { secret: SECRET } },
			},
		});
		const admin = await createAdmin(gateway);
		const key = await createKey(gateway, admin, { _id: "a-key" });
		good = [admin, key].map(toGood);
	});
	after(() => gateway.stop());

	for (const protocol of PROTOCOLS) {
		it(`does not let in over ${protocol}, and is not told apart from other bad ones`, async () => {
			for (const [name, forge] of Object.entries(FORGERIES)) {
				for (const token of good.map(forge)) {
					// What is no ASCII cannot stand in a header at all.
					if (protocol === "http" && /[^\x20-\x7e]/.test(token)) continue;
					const { status, error } = await askOnce(protocol, gateway.url, {
						controller: "auth",
						action: "getCurrentUser",
						token,
					});
					assert.deepEqual(
						[status, error?.id],
						[401, "security.token.invalid"],
						`${name}: ${token.slice(0, 200)}`,
					);
				}
			}
		});

		it(`is no more than invalid to checkToken over ${protocol}`, async () => {
			for (const [name, forge] of Object.entries(FORGERIES)) {
				for (const token of good.map(forge)) {
					const { status, result } = await askOnce(protocol, gateway.url, {
						controller: "auth",
						action: "checkToken",
						body: { token },
					});
					assert.equal(status, 200, name);
					assert.deepEqual(
						[result.valid, result.kuid],
						[false, undefined],
						name,
					);
				}
			}
		});
	}

	it("is made of one that is good", async () => {
		for (const { kind, parts, claims } of good) {
			for (const token of [
				kind + parts.join("."),
				signed(kind, { alg: "HS256", typ: "JWT" }, claims),
			]) {
				const { result } = await askOnce("http", gateway.url, {
					controller: "auth",
					action: "getCurrentUser",
					token,
				});
				assert.equal(result?._id, "admin");
			}
		}
	});

	it("of a megabyte is refused for its length, in whatever place it comes", async () => {
		const token = `kauth-${"a".repeat(500_000)}.${"b".repeat(400_000)}.c`;
		const request = { controller: "auth", action: "getCurrentUser" };
		const inFrame = await askOnce("websocket", gateway.url, {
			...request,
			token,
		});
		const inBody = await gateway.query({ ...request, jwt: token });
		for (const { status, error } of [inFrame, inBody])
			assert.deepEqual([status, error.id], [401, "security.token.invalid"]);
	});
});

function toGood(token: string): Good {
	const [, kind, header, claims, signature] =
		/^(kauth-|kapikey-)([^.]+)\.([^.]+)\.([^.]+)$/.exec(token) ?? [];
	assert.ok(header && claims && signature);
	return {
		kind: kind as Good["kind"],
		parts: [header, claims, signature],
		claims: JSON.parse(Buffer.from(claims, "base64url").toString()),
	};
}

function signed(
	kind: string,
	header: object,
	claims: object,
	{ secret = SECRET, digest = "sha256" } = {},
): string {
	const text = `${toPart(header)}.${toPart(claims)}`;
	const signature = createHmac(digest, secret).update(text).digest("base64url");
	return `${kind}${text}.${signature}`;
}

function toPart(value: object): string {
	return Buffer.from(JSON.stringify(value)).toString("base64url");
}
