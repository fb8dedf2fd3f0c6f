import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createClientResolver } from "../../src/call/client-address.ts";

function addressOf(
	trustedProxies: string[],
	remoteAddress: string,
	forwardedFor?: string,
): string {
	const headers =
		forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor };
	return createClientResolver(trustedProxies)({ remoteAddress }, headers)
		.address;
}

describe("the client's address", () => {
	it("is the socket's when no proxy is trusted, whatever the client claims", () => {
		assert.equal(addressOf([], "203.0.113.9", "10.0.0.1"), "203.0.113.9");
		assert.equal(addressOf([], "127.0.0.1", "10.0.0.1"), "127.0.0.1");
	});

	it("is the socket's when the peer is not a trusted proxy", () => {
		assert.equal(
			addressOf(["10.0.0.0/8"], "203.0.113.9", "10.0.0.1"),
			"203.0.113.9",
		);
	});

	it("is what the trusted proxy saw", () => {
		assert.equal(
			addressOf(["10.0.0.0/8"], "10.1.2.3", "203.0.113.9"),
			"203.0.113.9",
		);
	});

	it("never is what a client wrote in front of its proxy's entry", () => {
		assert.equal(
			addressOf(["10.0.0.0/8"], "10.1.2.3", "127.0.0.1, 10.9.9.9, 203.0.113.9"),
			"203.0.113.9",
		);
	});

	it("is found behind several trusted proxies", () => {
		const trusted = ["10.0.0.0/8", "192.0.2.7"];
		assert.equal(
			addressOf(trusted, "10.1.2.3", "1.1.1.1, 203.0.113.9, 192.0.2.7"),
			"203.0.113.9",
		);
	});

	it("is the farthest proxy when the list ends among trusted ones", () => {
		assert.equal(addressOf(["10.0.0.0/8"], "10.1.2.3"), "10.1.2.3");
		assert.equal(addressOf(["10.0.0.0/8"], "10.1.2.3", "10.0.0.5"), "10.0.0.5");
	});

	it("stops at an entry that is no address", () => {
		for (const entry of ["unknown", "_hidden", "", "1.2.3", "999.1.1.1"]) {
			assert.equal(
				addressOf(["10.0.0.0/8"], "10.1.2.3", `203.0.113.9, ${entry}`),
				"10.1.2.3",
			);
		}
	});

	it("takes ports off", () => {
		const trusted = ["10.0.0.0/8"];
		assert.equal(
			addressOf(trusted, "10.1.2.3", "203.0.113.9:4711"),
			"203.0.113.9",
		);
		assert.equal(
			addressOf(trusted, "10.1.2.3", "[2001:db8::1]:4711"),
			"2001:db8::1",
		);
		assert.equal(addressOf(trusted, "10.1.2.3", "2001:db8::1"), "2001:db8::1");
	});

	it("takes IPv4-mapped addresses for what they are, on both sides", () => {
		assert.equal(addressOf([], "::ffff:203.0.113.9"), "203.0.113.9");
		assert.equal(
			addressOf(["10.0.0.0/8"], "::ffff:10.1.2.3", "::ffff:203.0.113.9"),
			"203.0.113.9",
		);
		assert.equal(
			addressOf(["::ffff:10.0.0.0/104"], "10.1.2.3", "203.0.113.9"),
			"203.0.113.9",
		);
	});

	it("knows IPv6 blocks", () => {
		assert.equal(
			addressOf(["2001:db8::/32"], "2001:db8:1::2", "203.0.113.9"),
			"203.0.113.9",
		);
		assert.equal(
			addressOf(["2001:db8::/32"], "2001:db9::2", "203.0.113.9"),
			"2001:db9::2",
		);
	});

	it("says secure for TLS here, or where a trusted proxy says so", () => {
		const isSecure = (
			peer: { remoteAddress: string; encrypted?: boolean },
			proto?: string,
		) =>
			createClientResolver(["10.0.0.0/8"])(
				peer,
				proto === undefined ? {} : { "x-forwarded-proto": proto },
			).secure;
		assert.equal(isSecure({ remoteAddress: "10.0.0.1" }), false);
		assert.equal(isSecure({ remoteAddress: "10.0.0.1" }, "https"), true);
		assert.equal(isSecure({ remoteAddress: "10.0.0.1" }, "https, http"), false);
		assert.equal(isSecure({ remoteAddress: "203.0.113.9" }, "https"), false);
		assert.equal(
			isSecure({ remoteAddress: "203.0.113.9", encrypted: true }),
			true,
		);
		assert.equal(
			createClientResolver([])(
				{ remoteAddress: "10.0.0.1" },
				{ "x-forwarded-proto": "https" },
			).secure,
			false,
		);
	});

	it("refuses a block that is none", () => {
		for (const block of [
			"x",
			"10.0.0.0/33",
			"10.0.0.0/",
			"10.0.0/8",
			"::/129",
			"::ffff:10.0.0.0/8",
			"10.0.0.0/-1",
		]) {
			assert.throws(() => createClientResolver([block]), /CIDR/, block);
		}
	});
});
