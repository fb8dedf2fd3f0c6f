import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { GatewayError } from "../../src/errors/gateway-error.ts";
import {
	isSecretName,
	maskSecrets,
	maskValue,
} from "../../src/lib/mask-secrets.ts";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJfaWQiOiJ4In0.c2ln-bmF0_dXJl";

describe("maskSecrets", () => {
	const hidden: [string, string][] = [
		[`a kauth-${JWT} b`, "a kauth-*** b"],
		[`kapikey-${JWT}`, "kapikey-***"],
		[`bare ${JWT}.`, "bare ***."],
		[`Cookie: authToken=kauth-${JWT}; a=b`, "Cookie: authToken=***; a=b"],
		["authToken=opaque; a=b", "authToken=***; a=b"],
		["Authorization: Bearer abc.def", "Authorization: Bearer ***"],
		["authorization: basic dXNlcjpwdw==", "authorization: basic ***"],
		['{"password":"s3\\"cret","a":1}', '{"password":"***","a":1}'],
		['{"password" : "ends with \\\\","a":"b"}', '{"password" : "***","a":"b"}'],
		['{"currentPassword":12345}', '{"currentPassword":"***"}'],
		[
			'{"userPassword":"x","userSecret":"y"}',
			'{"userPassword":"***","userSecret":"***"}',
		],
		[
			'{"a":"{\\"password\\":\\"pw\\",\\"b\\":1}"}',
			'{"a":"{\\"password\\":\\"***\\",\\"b\\":1}"}',
		],
		['{"password":"cut of', '{"password":"***"'],
		[
			"/_login/local?username=a&password=pw&pretty",
			"/_login/local?username=a&password=***&pretty",
		],
		["/x?jwt=opaque#y", "/x?jwt=***"],
		["http://user:pw@host:9200/x", "http://user:***@host:9200/x"],
		["redis://:pw@host", "redis://:***@host"],
	];
	for (const [text, masked] of hidden)
		it(`masks ${text.slice(0, 40)}`, () => {
			assert.equal(maskSecrets(text), masked);
		});

	const kept = [
		"GET /users/kauth 200",
		'{"passwordFormat":"kuzzle","passwordHashQueue":100}',
		"http://localhost:9200/a@b",
		"the token was refused",
		'{"a":"token: wrong"}',
	];
	for (const text of kept)
		it(`keeps ${text}`, () => {
			assert.equal(maskSecrets(text), text);
		});

	it("keeps JSON whole", () => {
		const body = {
			password: 'q"\\u',
			nested: JSON.stringify({ password: 'q"\\', next: 1 }),
		};
		const masked = JSON.parse(maskSecrets(JSON.stringify(body))) as {
			nested: string;
		};
		assert.deepEqual(masked, {
			password: "***",
			nested: '{"password":"***","next":1}',
		});
	});

	// Were a pattern quadratic, each of these would keep the process busy for hours.
	const hostile = [
		'"',
		"\\",
		"eyJ",
		"eyJa.",
		'"password":"',
		'\\"password\\":\\"',
		"//",
		"//:",
		"a:",
		"password=",
		"Bearer  ",
		"kauth",
		"-",
		"jwt",
	];
	for (const part of hostile)
		it(`takes a text of nothing but ${part} in its stride`, () => {
			assert.equal(
				typeof maskSecrets(part.repeat(400_000 / part.length)),
				"string",
			);
		});
});

describe("maskValue", () => {
	it("masks by name whatever stands there, and leaves flags and groups", () => {
		const value = {
			password: { any: "thing" },
			apiKey: ["a"],
			Authorization: "x",
			requirePassword: true,
			authToken: { expiresIn: "1h", secret: "s" },
			deep: [{ token: 5, note: "Bearer abc" }],
			secret: null,
		};
		assert.deepEqual(maskValue(value), {
			password: "***",
			apiKey: "***",
			Authorization: "***",
			requirePassword: true,
			authToken: { expiresIn: "1h", secret: "***" },
			deep: [{ token: "***", note: "Bearer ***" }],
			secret: null,
		});
	});

	it("makes errors readable, with their own members and cause", () => {
		const cause = new Error("no kauth-abc.d here");
		const error = new GatewayError({
			status: 400,
			message: 'bad "password":"pw"',
			cause,
		});
		const masked = maskValue({ err: error }) as {
			err: Record<string, unknown>;
		};
		assert.equal(masked.err.message, 'bad "password":"***"');
		assert.equal(masked.err.status, 400);
		assert.match(String(masked.err.stack), /mask-secrets\.test/);
		assert.equal(
			(masked.err.cause as { message: string }).message,
			"no kauth-*** here",
		);
	});

	it("ends at loops, depths, bytes and hostile names", () => {
		const loop: Record<string, unknown> = {
			bytes: Buffer.from("abc"),
			when: new Date(0),
		};
		loop.self = loop;
		assert.deepEqual(maskValue(loop), {
			bytes: "[3 bytes]",
			when: "1970-01-01T00:00:00.000Z",
			self: "[circular]",
		});
		const hostile = maskValue(JSON.parse('{"__proto__":{"a":1}}')) as object;
		assert.equal(Object.getPrototypeOf(hostile), Object.prototype);
		assert.deepEqual(Object.keys(hostile), ["__proto__"]);
		let deep: unknown = 1;
		for (let level = 0; level < 10_000; level++) deep = [deep];
		assert.match(JSON.stringify(maskValue(deep)), /\[deep\]/);
	});
});

describe("isSecretName", () => {
	for (const name of [
		"password",
		"newPassword",
		"API_KEY",
		"jwt",
		"x-api-key",
		"cookie",
		"pass",
		"refreshToken",
	])
		it(`${name} is one`, () => assert.ok(isSecretName(name)));
	for (const name of [
		"passwordFormat",
		"cookieAuthentication",
		"compass",
		"tokens",
		"username",
	])
		it(`${name} is none`, () => assert.ok(!isSecretName(name)));
});
