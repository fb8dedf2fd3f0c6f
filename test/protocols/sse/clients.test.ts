import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { hasChromium, openPage } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { startGateway, type TestGateway } from "../../support/gateway.ts";
import {
	createAdmin,
	createUser,
	must,
	PASSWORD,
} from "../../support/people.ts";

const PATH = "/trees/oaks/_subscribe?filter=%7B%22exists%22%3A%22kind%22%7D";
const place = { index: "trees", collection: "oaks" };

/** What a page saw, as it reported it. */
interface Seen {
	readonly type: string;
	// biome-ignore lint/suspicious/noExplicitAny: events have every shape, and tests assert what they find.
	readonly data?: any;
	readonly readyState?: number;
}

async function start(
	test: TestContext,
	allowedOrigins: readonly string[] = [],
): Promise<{ gateway: TestGateway; admin: string }> {
	const gateway = await startGateway({
		config: { http: { accessControlAllowOrigin: ["*", ...allowedOrigins] } },
	});
	test.after(() => gateway.stop());
	const admin = await createAdmin(gateway);
	const index = { controller: "index", action: "create", index: "trees" };
	await must(gateway, index, admin);
	const collection = { controller: "collection", action: "create", ...place };
	await must(gateway, collection, admin);
	return { gateway, admin };
}

function write(
	gateway: TestGateway,
	token: string,
	_id: string,
): Promise<void> {
	const body = { kind: "red" };
	const action = "createOrReplace";
	const request = { controller: "document", action, ...place, _id, body };
	return must(gateway, request, token);
}

/** A site of its own, whose one page runs the script and tells what it sees with `report`. */
async function serveSite(
	test: TestContext,
): Promise<{ origin: string; seen: Seen[]; use(script: string): void }> {
	const seen: Seen[] = [];
	let script = "";
	const server: Server = createServer((request, response) => {
		if (request.method !== "POST") {
			response.setHeader("content-type", "text/html");
			response.end(`<!doctype html><script>${HEAD}${script}</script>`);
			return;
		}
		let text = "";
		request.on("data", (piece: Buffer) => {
			text += piece.toString();
		});
		request.on("end", () => {
			seen.push(JSON.parse(text));
			response.end();
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	test.after(() => {
		server.close();
		server.closeAllConnections();
	});
	const { port } = server.address() as AddressInfo;
	return {
		origin: `http://127.0.0.1:${port}`,
		seen,
		use(given) {
			script = given;
		},
	};
}

/** One report after the other, so that they come in order. */
const HEAD = `
	let last = Promise.resolve();
	const report = (what) => {
		const body = JSON.stringify(what);
		last = last.then(() => fetch("/report", { method: "POST", body }));
	};
	const follow = (url, options) => {
		const source = new EventSource(url, options);
		source.onerror = () => report({ type: "error", readyState: source.readyState });
		for (const name of ["subscribed", "document"])
			source.addEventListener(name, ({ data }) =>
				report({ type: name, data: JSON.parse(data) }));
	};
`;

const CONNECTING = 0;
const CLOSED = 2;

describe("curl -N", () => {
	it("follows a collection", async (test) => {
		const { gateway, admin } = await start(test);
		const header = `Authorization: Bearer ${admin}`;
		const url = `${gateway.url}${PATH}`;
		const curl = spawn("curl", ["-sN", "-H", header, url]);
		test.after(() => curl.kill());
		let out = "";
		curl.stdout.on("data", (piece: Buffer) => {
			out += piece.toString();
		});
		await eventually("it is subscribed", () => out.includes("subscribed"));
		await write(gateway, admin, "1");
		const event = /\n\nevent: document\ndata: \{.*"_id":"1".*\}\n\n$/;
		await eventually("it is told", () => event.test(out));
	});
});

if (hasChromium())
	describe("a browser's EventSource", () => {
		it("follows with a token for one use, and is refused when it comes back with it", async (test) => {
			const { gateway, admin } = await start(test);
			const user = await createUser(gateway, admin, {
				_id: "bob",
				profileIds: ["admin"],
			});
			const { token } = await must(
				gateway,
				{ controller: "auth", action: "createToken", singleUse: true },
				user,
			);
			const site = await serveSite(test);
			const url = JSON.stringify(`${gateway.url}${PATH}&token=${token}`);
			site.use(`follow(${url});`);
			await openPage(test, site.origin);
			await eventually("it is subscribed", () => site.seen.length === 1);
			await write(gateway, admin, "1");
			await eventually("it is told", () => site.seen.length === 2);
			const revoke = { controller: "security", action: "revokeTokens" };
			await must(gateway, { ...revoke, _id: "bob" }, admin);
			await eventually("it was refused", () => site.seen.length === 4);
			assert.deepEqual(
				site.seen.map(({ type, readyState }) => readyState ?? type),
				["subscribed", "document", CONNECTING, CLOSED],
			);
			assert.equal(site.seen[1]?.data.result._id, "1");
		});

		it("follows with the cookie of a login, on a site that is listed by name", async (test) => {
			const site = await serveSite(test);
			const { gateway, admin } = await start(test, [site.origin]);
			const login = JSON.stringify(`${gateway.url}/_login/local?cookieAuth`);
			const body = JSON.stringify({ username: "admin", password: PASSWORD });
			const url = JSON.stringify(`${gateway.url}${PATH}`);
			site.use(`
				fetch(${login}, {
					method: "POST",
					credentials: "include",
					headers: { "Content-Type": "application/json" },
					body: ${JSON.stringify(body)},
				}).then(() => follow(${url}, { withCredentials: true }));
			`);
			await restrictStrangers(gateway, admin);
			await openPage(test, site.origin);
			await eventually("it is subscribed", () => site.seen.length === 1);
			await write(gateway, admin, "1");
			await eventually("it is told", () => site.seen.length === 2);
			assert.deepEqual(
				site.seen.map(({ type }) => type),
				["subscribed", "document"],
			);
		});
	});

/** Only the cookie lets in. */
async function restrictStrangers(
	gateway: TestGateway,
	admin: string,
): Promise<void> {
	const body = { controllers: { auth: { actions: { login: true } } } };
	const action = "createOrReplaceRole";
	const request = { controller: "security", action, _id: "anonymous", body };
	await must(gateway, request, admin);
}
