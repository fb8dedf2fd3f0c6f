import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";
import express, { type Express } from "express";
import { createConfig } from "../../src/config.ts";
import { createGateway, type Gateway } from "../../src/gateway.ts";
import { httpCall } from "../support/http-call.ts";

/** An app of a user's own, with a gateway that is open and listens nowhere. Answers the app's address. */
async function mount(
	test: TestContext,
	prepare: (app: Express, gateway: Gateway) => void,
): Promise<string> {
	const dataFolder = await mkdtemp(path.join(tmpdir(), "portico-mounted-"));
	const gateway = createGateway({
		config: createConfig({ server: { dataFolder, port: 0 } }),
	});
	await gateway.open();
	const app = express();
	prepare(app, gateway);
	const server = app.listen(0, "127.0.0.1");
	await once(server, "listening");
	test.after(async () => {
		server.close();
		server.closeAllConnections();
		await gateway.close();
		await rm(dataFolder, { recursive: true, force: true });
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ADMIN = { username: "ann", password: "correct-horse-battery" };

/** From the first administrator to a key that works. */
async function makeKey(url: string): Promise<void> {
	const post = async (path: string, body: object, token?: string) => {
		const reply = await httpCall(url, "POST", path, { body, token });
		assert.equal(reply.status, 200, reply.text);
		return reply.body.result;
	};
	const admin = { credentials: { local: ADMIN } };
	await post("/api/_createFirstAdmin/ann?reset", admin);
	const { jwt } = await post("/api/_login/local", ADMIN);
	const key = { description: "mounted" };
	const { _source } = await post("/api/api-keys/_create", key, jwt);
	const request = { controller: "auth", action: "getCurrentUser" };
	assert.equal((await post("/api/_query", request, _source.token))._id, "ann");
	const me = await httpCall(url, "GET", "/api/_me?pretty", {
		token: _source.token,
	});
	assert.equal(me.body.result._id, "ann");
}

describe("a gateway mounted under /api in an express app", () => {
	it("does its whole job, beside the app's own routes", async (test) => {
		const url = await mount(test, (app, gateway) => {
			app.get("/own", (_request, response) => void response.send("own"));
			app.use("/api", gateway.middleware());
			app.use((_request, response) => void response.status(418).end());
		});
		await makeKey(url);
		assert.equal((await httpCall(url, "GET", "/own")).text, "own");
		assert.equal((await httpCall(url, "GET", "/_now")).status, 418);
	});

	it("does so behind the app's body parser too", async (test) => {
		const url = await mount(test, (app, gateway) => {
			app.use(express.json());
			app.use("/api", gateway.middleware());
		});
		await makeKey(url);
	});

	it("answers what it does not know, or leaves it to the app where it is told to", async (test) => {
		const url = await mount(test, (app, gateway) => {
			app.use("/api", gateway.middleware());
			app.use("/soft", gateway.middleware({ fallthrough: true }));
			app.use((_request, response) => void response.status(418).end());
		});
		const missing = await httpCall(url, "GET", "/api/_no/such/thing/anywhere");
		assert.equal(missing.status, 404);
		assert.equal(missing.body.error.id, "network.http.url_not_found");
		assert.equal((await httpCall(url, "GET", "/soft/_nowhere")).status, 418);
		assert.equal((await httpCall(url, "GET", "/soft/_now")).status, 200);
	});

	it("refuses a body that is no JSON, and one that is too long", async (test) => {
		const url = await mount(test, (app, gateway) => {
			app.use("/api", gateway.middleware());
		});
		const send = (body: string) =>
			httpCall(url, "POST", "/api/_query", { body });
		assert.equal((await send("{")).status, 400);
		const long = JSON.stringify({ text: "x".repeat(2_000_000) });
		assert.equal((await send(long)).status, 413);
	});

	it("serves its action reference there, whose links stay under /api", async (test) => {
		const url = await mount(test, (app, gateway) => {
			app.use("/api", gateway.middleware());
		});
		const first = await httpCall(url, "GET", "/api/_docs");
		const index = new URL(String(first.headers.location), `${url}/api/_docs`);
		assert.equal(index.pathname, "/api/_docs/");
		const { text } = await httpCall(url, "GET", index.pathname);
		const links = [...text.matchAll(/(?:href|src)="([^"#]+)/g)].map(
			([, target = ""]) => new URL(target, index).pathname,
		);
		assert.ok(links.includes("/api/_docs/auth"));
		for (const link of new Set(links))
			assert.equal((await httpCall(url, "GET", link)).status, 200, link);
	});

	it("refuses requests once the gateway is closed", async (test) => {
		let mounted: Gateway | undefined;
		const url = await mount(test, (app, gateway) => {
			mounted = gateway;
			app.use("/api", gateway.middleware());
		});
		await mounted?.close();
		const reply = await httpCall(url, "GET", "/api/_now");
		assert.equal(reply.status, 503);
	});
});
