import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	isLoopbackAddress,
	type OriginRules,
	Origins,
} from "../../src/security/origins.ts";
import { isError } from "../support/assert-error.ts";
import { testConnection } from "../support/test-connection.ts";

type Headers = Readonly<Record<string, string>>;

function origins(rules: Partial<OriginRules> = {}): Origins {
	return new Origins({
		allowed: ["*"],
		useRegExp: false,
		onLoopback: true,
		isOpen: () => true,
		...rules,
	});
}

function passes(rules: Origins, headers: Headers): boolean {
	try {
		rules.assertAllowed(testConnection({ headers }));
		return true;
	} catch (error) {
		return !isError("api.process.unauthorized_origin")(error);
	}
}

const HOST = { host: "127.0.0.1:7512" };

describe("an open gateway on loopback", () => {
	const hosts: Record<string, boolean> = {
		localhost: true,
		"localhost:7512": true,
		"LOCALHOST:7512": true,
		"127.0.0.1": true,
		"127.0.0.1:7512": true,
		"127.9.9.9:1": true,
		"[::1]": true,
		"[::1]:7512": true,
		"[0:0:0:0:0:0:0:1]:7512": true,
		"[::ffff:127.0.0.1]:7512": true,
		"evil.com": false,
		"evil.com:7512": false,
		"127.0.0.1.evil.com": false,
		"localhost.evil.com:7512": false,
		"evil.com:localhost": false,
		"localhost@evil.com": false,
		"[::2]:7512": false,
		"[2001:db8::1]:7512": false,
		"[::ffff:10.0.0.1]": false,
		"10.0.0.1:7512": false,
		"0.0.0.0:7512": false,
		"1270.0.1": false,
		"127.0.0.1:7512, evil.com": false,
		"": false,
	};
	for (const [host, expected] of Object.entries(hosts)) {
		it(`${expected ? "takes" : "refuses"} the Host ${JSON.stringify(host)} (DNS rebinding)`, () => {
			assert.equal(passes(origins(), { host }), expected);
		});
	}

	const pages: Record<string, boolean> = {
		"http://localhost:3000": true,
		"https://127.0.0.1": true,
		"http://[::1]:7512": true,
		"http://evil.com": false,
		"https://localhost.evil.com": false,
		"http://evil.com/?http://localhost": false,
		"file://localhost": false,
		null: false,
		"": false,
	};
	for (const [origin, expected] of Object.entries(pages)) {
		it(`${expected ? "takes" : "refuses"} the Origin ${JSON.stringify(origin)}`, () => {
			assert.equal(passes(origins(), { ...HOST, origin }), expected);
		});
	}

	it("takes clients that send neither", () => {
		assert.equal(passes(origins(), {}), true);
	});

	it("says which origin it refuses", () => {
		assert.throws(
			() =>
				origins().assertAllowed(
					testConnection({ headers: { ...HOST, origin: "http://evil.com" } }),
				),
			isError("api.process.unauthorized_origin", ["http://evil.com"]),
		);
	});
});

describe("a gateway whose rights are restricted, or that is not on loopback", () => {
	for (const rules of [{ isOpen: () => false }, { onLoopback: false }]) {
		it("takes any host and page", () => {
			const headers = { host: "evil.com", origin: "http://evil.com" };
			assert.equal(passes(origins(rules), headers), true);
		});
	}

	it("changes its mind as soon as rights are restricted", () => {
		let open = true;
		const rules = origins({ isOpen: () => open });
		assert.equal(passes(rules, { host: "evil.com" }), false);
		open = false;
		assert.equal(passes(rules, { host: "evil.com" }), true);
	});

	it("takes the listed pages only", () => {
		const closed = { isOpen: () => false };
		const listed = origins({ ...closed, allowed: ["https://a.com"] });
		assert.equal(passes(listed, { origin: "https://a.com" }), true);
		assert.equal(passes(listed, { origin: "https://b.com" }), false);
		assert.equal(passes(listed, {}), true);
		const matched = origins({
			...closed,
			allowed: ["^https://[a-z]+\\.a\\.com$"],
			useRegExp: true,
		});
		assert.equal(passes(matched, { origin: "https://x.a.com" }), true);
		assert.equal(passes(matched, { origin: "https://x.a.com.b.com" }), false);
	});
});

describe("a cookie", () => {
	const same = { host: "a.com:7512", origin: "http://a.com:7512" };
	const cases: readonly {
		readonly what: string;
		readonly headers: Headers;
		readonly allowed?: readonly string[];
		readonly secure?: true;
		readonly taken: boolean;
	}[] = [
		{ what: "without a page", headers: { host: "a.com" }, taken: true },
		{ what: "from the same origin", headers: same, taken: true },
		{
			what: "from the same origin, in capitals",
			headers: { host: "A.com", origin: "https://a.COM" },
			taken: true,
		},
		{
			what: "from the same origin, over TLS",
			headers: { host: "a.com", origin: "https://a.com" },
			secure: true,
			taken: true,
		},
		{
			what: "from a page without TLS, to a gateway with TLS",
			headers: { host: "a.com", origin: "http://a.com" },
			secure: true,
			taken: false,
		},
		{
			what: "behind a proxy that does TLS",
			headers: { host: "a.com", origin: "https://a.com" },
			taken: true,
		},
		{
			what: "from another port",
			headers: { ...same, origin: "http://a.com:80" },
			taken: false,
		},
		{
			what: "from another host, though all may come",
			headers: { ...same, origin: "http://b.com:7512" },
			taken: false,
		},
		{
			what: "from a host below",
			headers: { ...same, origin: "http://x.a.com:7512" },
			taken: false,
		},
		{
			what: "from a sandboxed page",
			headers: { ...same, origin: "null" },
			taken: false,
		},
		{
			what: "from a listed page",
			headers: { ...same, origin: "https://b.com" },
			allowed: ["https://b.com"],
			taken: true,
		},
		{
			what: "from a page listed beside the star",
			headers: { ...same, origin: "https://b.com" },
			allowed: ["*", "https://b.com"],
			taken: true,
		},
		{
			what: "from a page that is not listed",
			headers: { ...same, origin: "https://c.com" },
			allowed: ["https://b.com"],
			taken: false,
		},
		{
			what: "from a page, to nowhere in particular",
			headers: { origin: "http://a.com" },
			taken: false,
		},
	];
	for (const { what, headers, allowed = ["*"], secure, taken } of cases) {
		it(`is ${taken ? "taken" : "refused"} ${what}`, () => {
			const connection = testConnection({ headers, secure: secure ?? false });
			assert.equal(origins({ allowed }).allowsCookie(connection), taken);
		});
	}
});

describe("an address to listen on", () => {
	const addresses: Record<string, boolean> = {
		"127.0.0.1": true,
		"127.1.2.3": true,
		localhost: true,
		LocalHost: true,
		"::1": true,
		"0:0:0:0:0:0:0:1": true,
		"0000:0000:0000:0000:0000:0000:0000:0001": true,
		"::ffff:127.0.0.1": true,
		"0.0.0.0": false,
		"::": false,
		"::2": false,
		"1::1": false,
		"10.0.0.1": false,
		"128.0.0.1": false,
		"127.0.0.1.evil.com": false,
		"": false,
	};
	for (const [address, expected] of Object.entries(addresses)) {
		it(`${address} is ${expected ? "" : "not "}loopback`, () => {
			assert.equal(isLoopbackAddress(address), expected);
		});
	}
});
