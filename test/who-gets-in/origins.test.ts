import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ConfigOverrides } from "../../src/config.ts";
import { askOnce, PROTOCOLS, type Protocol } from "../support/callers.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin, logIn } from "../support/people.ts";

const REFUSED = [401, "api.process.unauthorized_origin"];
const EVIL = "http://evil.example";
const CONFIG: ConfigOverrides = { limits: { loginsPerSecond: 1_000 } };

/** What a page of somebody else's can make a browser send: its own name as the host, or its origin. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
	{ host: "evil.example" },
	{ host: "evil.example:7512" },
	{ host: "127.0.0.1.evil.example" },
	{ host: "localhost.evil.example" },
	{ origin: EVIL },
	{ origin: "https://evil.example:7512" },
	{ origin: "http://localhost.evil.example" },
	{ origin: "http://evil.example/localhost" },
	{ origin: "http://localhost@evil.example" },
	{ origin: "null" },
	{ origin: "file://" },
	// An image or a link: no origin is sent with it.
	{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
];
const OWN: readonly Readonly<Record<string, string>>[] = [
	{},
	{ host: "localhost" },
	{ host: "LOCALHOST:7512" },
	{ host: "[::1]:7512" },
	{ host: "127.0.0.2" },
	{ origin: "http://localhost:3000" },
	{ origin: "http://127.0.0.1:7512" },
	{ origin: "https://[::1]" },
	{ origin: "http://localhost:3000", "sec-fetch-site": "cross-site" },
	{ "sec-fetch-site": "same-origin" },
	{ "sec-fetch-site": "none" },
];

for (const protocol of PROTOCOLS)
	describe(`while anyone may do everything on loopback, over ${protocol}`, () => {
		let gateway: TestGateway;
		before(async () => {
			gateway = await startGateway({ config: CONFIG });
		});
		after(() => gateway.stop());

		it("a page of somebody else's is refused, whatever it asks for", async () => {
			for (const headers of FOREIGN) {
				for (const request of [
					{ controller: "security", action: "createFirstAdmin", body: {} },
					{
						controller: "auth",
						action: "createApiKey",
						body: { description: "" },
					},
					{ controller: "server", action: "now" },
					{ controller: "no", action: "such" },
				]) {
					assert.deepEqual(
						await outcome(gateway, protocol, { ...request, headers }),
						REFUSED,
						JSON.stringify(headers),
					);
				}
			}
		});

		it("this machine's own pages and programs are served", async () => {
			for (const headers of OWN) {
				const now = { controller: "server", action: "now", headers };
				const [status] = await outcome(gateway, protocol, now);
				assert.equal(status, 200, JSON.stringify(headers));
			}
		});
	});

describe("a route of its own, while anyone may do everything", () => {
	it("is refused to a page of somebody else's as well", async () => {
		const gateway = await startGateway({ config: CONFIG });
		try {
			for (const headers of FOREIGN) {
				const { status, body } = await gateway.call(
					"POST",
					"/_createFirstAdmin",
					{ headers, body: {} },
				);
				assert.deepEqual([status, body.error.id], REFUSED);
			}
		} finally {
			await gateway.stop();
		}
	});
});

for (const protocol of PROTOCOLS) {
	it(`once rights are restricted, pages may come from anywhere, over ${protocol}`, async () => {
		const gateway = await startGateway({ config: CONFIG });
		try {
			await createAdmin(gateway);
			for (const headers of FOREIGN) {
				const request = {
					controller: "auth",
					action: "getCurrentUser",
					headers,
				};
				const [status] = await outcome(gateway, protocol, request);
				assert.equal(status, 200, JSON.stringify(headers));
			}
		} finally {
			await gateway.stop();
		}
	});

	it(`only listed origins are served where there is a list, over ${protocol}`, async () => {
		const lists = [
			{ accessControlAllowOrigin: ["https://good.example"] },
			{
				accessControlAllowOrigin: ["^https://good\\.example$"],
				accessControlAllowOriginUseRegExp: true,
			},
		];
		for (const http of lists) {
			const gateway = await startGateway({ config: { ...CONFIG, http } });
			try {
				await createAdmin(gateway);
				const ask = (headers: Record<string, string>) =>
					outcome(gateway, protocol, {
						controller: "auth",
						action: "getCurrentUser",
						headers,
					});
				assert.deepEqual(await ask({ origin: EVIL }), REFUSED);
				assert.deepEqual(
					await ask({ origin: "https://good.example.evil.example" }),
					REFUSED,
				);
				assert.deepEqual(await ask({ origin: "http://good.example" }), REFUSED);
				assert.deepEqual(await ask({ origin: "https://good.example" }), [
					200,
					undefined,
				]);
				assert.deepEqual(await ask({}), [200, undefined]);
			} finally {
				await gateway.stop();
			}
		}
	});

	it(`a cookie counts only from the same origin, or from one that is listed by name, over ${protocol}`, async () => {
		const listed = "https://listed.example";
		const http = { accessControlAllowOrigin: ["*", listed] };
		const gateway = await startGateway({ config: { ...CONFIG, http } });
		try {
			await createAdmin(gateway);
			const token = await logIn(gateway, "admin");
			const cookie = `a=b; authToken=${token}`;
			const ask = (headers: Record<string, string>) =>
				outcome(gateway, protocol, {
					controller: "security",
					action: "getUser",
					_id: "admin",
					headers: { cookie, ...headers },
				});
			const host = `localhost:${gateway.port}`;
			assert.deepEqual(await ask({}), [200, undefined]);
			assert.deepEqual(await ask({ host, origin: `http://${host}` }), [
				200,
				undefined,
			]);
			assert.deepEqual(await ask({ origin: listed }), [200, undefined]);
			assert.deepEqual(await ask({ "sec-fetch-site": "none" }), [
				200,
				undefined,
			]);
			for (const site of ["cross-site", "same-site"])
				assert.deepEqual(await ask({ "sec-fetch-site": site }), REFUSED, site);
			for (const origin of [
				EVIL,
				"null",
				"http://localhost:1",
				"https://listed.example.evil.example",
			])
				assert.deepEqual(await ask({ host, origin }), REFUSED, origin);
		} finally {
			await gateway.stop();
		}
	});
}

/** Status and error id of the answer. */
async function outcome(
	gateway: TestGateway,
	protocol: Protocol,
	request: Parameters<typeof askOnce>[2],
): Promise<[number, string | undefined]> {
	const { status, error } = await askOnce(protocol, gateway.url, request);
	return [status, error?.id];
}
