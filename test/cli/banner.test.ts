import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderBanner, type Started, toUrl } from "../../src/cli/banner.ts";

const started: Started = {
	version: "1.2.3",
	host: "127.0.0.1",
	port: 7512,
	choice: { backend: "sqlite", reason: "no Elasticsearch is configured" },
	cacheChoice: { backend: "embedded", reason: "no Redis is configured" },
	dataFolder: "/var/portico",
	rightsRestricted: false,
	adminExists: false,
};

describe("the banner", () => {
	it("tells version, address, store and why, where data lives, and that rights are open", () => {
		const lines = renderBanner(started).split("\n");
		assert.deepEqual(lines.slice(0, 5), [
			"Portico 1.2.3",
			"  address  http://127.0.0.1:7512 (HTTP and WebSocket)",
			"  store    sqlite, because no Elasticsearch is configured",
			"  data     /var/portico",
			"  rights   OPEN: anyone who reaches this address may do everything",
		]);
	});

	it("tells of many nodes", () => {
		const banner = renderBanner({
			...started,
			cacheChoice: { backend: "redis", reason: "it was given" },
		});
		assert.match(
			banner,
			/^ {2}nodes {4}many, by Redis, because it was given$/m,
		);
	});

	it("shows the commands that make an administrator and an API key", () => {
		const banner = renderBanner(started);
		assert.match(
			banner,
			/curl -X POST 'http:\/\/127\.0\.0\.1:7512\/_createFirstAdmin\/admin\?reset=true'/,
		);
		assert.match(banner, /TOKEN=\$\(curl .*\/_login\/local'/);
		assert.match(
			banner,
			/\/api-keys\/_create' .*Authorization: Bearer \$TOKEN/,
		);
	});

	it("shows none of them once rights are restricted, and another first one where an admin exists", () => {
		assert.doesNotMatch(
			renderBanner({ ...started, rightsRestricted: true, adminExists: true }),
			/curl/,
		);
		const open = renderBanner({ ...started, adminExists: true });
		assert.doesNotMatch(open, /_createFirstAdmin/);
		assert.match(open, /_restrictDefaultRights/);
	});

	it("leaves out the folder of a store that has none", () => {
		assert.doesNotMatch(
			renderBanner({ ...started, dataFolder: null }),
			/data {5}/,
		);
	});
});

describe("the address", () => {
	const rows = [
		["127.0.0.1", "http://127.0.0.1:80"],
		["0.0.0.0", "http://localhost:80"],
		["::", "http://localhost:80"],
		["::1", "http://[::1]:80"],
		["db.example", "http://db.example:80"],
	] as const;
	for (const [host, url] of rows)
		it(`of ${host} is ${url}`, () =>
			assert.equal(toUrl({ host, port: 80 }), url));
});
