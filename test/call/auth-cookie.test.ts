import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { authCookie, readAuthCookie } from "../../src/call/auth-cookie.ts";
import { isError } from "../support/assert-error.ts";

const headers: [string | undefined, string | null][] = [
	[undefined, null],
	["", null],
	["nothing", null],
	["other=1", null],
	["xauthToken=a", null],
	["authToken=", null],
	["authToken=null", null],
	['authToken="null"', null],
	["authToken=kauth-a.b.c", "kauth-a.b.c"],
	["other=1; authToken=kauth-a.b.c; x=y", "kauth-a.b.c"],
	['authToken="kauth-a.b.c"', "kauth-a.b.c"],
	["authToken=a%20b", "a b"],
	["authToken=a=b", "a=b"],
	["AUTHTOKEN=a", null],
	["authToken=first; authToken=second", "first"],
];

describe("the cookie with a login token", () => {
	for (const [header, token] of headers) {
		it(`reads ${JSON.stringify(token)} from ${JSON.stringify(header)}`, () => {
			assert.equal(readAuthCookie(header), token);
		});
	}

	it("refuses what cannot be decoded", () => {
		assert.throws(
			() => readAuthCookie("authToken=%E0%A4%A"),
			isError("security.cookie.invalid"),
		);
	});

	it("lasts as long as its token; for ever is the browser's session", () => {
		assert.deepEqual(authCookie("t", 5000), {
			name: "authToken",
			value: "t",
			expiresAt: 5000,
		});
		assert.deepEqual(authCookie("t", -1), { name: "authToken", value: "t" });
	});
});
