import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import express, { type Express } from "express";
import { type Protocols, startProtocols } from "../start-protocols.ts";

async function mount(
	t: TestContext,
	prepare: (app: Express, protocols: Protocols) => void,
): Promise<string> {
	const protocols = await startProtocols();
	const app = express();
	prepare(app, protocols);
	const server = app.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(async () => {
		server.close();
		server.closeAllConnections();
		await protocols.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const JSON_TYPE = { "content-type": "application/json" };

describe("the middleware", () => {
	it("answers under its mount path, beside the app's own routes", async (t) => {
		const url = await mount(t, (app, { http }) => {
			app.use("/api", http.middleware());
			app.get("/own", (_, response) => void response.send("own"));
		});
		const answer = await fetch(`${url}/api/i/c/1?a=b`);
		assert.equal(answer.headers.get("x-kuzzle-node"), "node-under-test");
		const { result } = (await answer.json()) as { result: { args: unknown } };
		assert.deepEqual(result.args, {
			index: "i",
			collection: "c",
			_id: "1",
			a: "b",
		});
		assert.equal(await (await fetch(`${url}/own`)).text(), "own");
		assert.equal((await fetch(`${url}/api/ghost`)).status, 404);
	});

	it("leaves paths without a route to the app where it is told to", async (t) => {
		const url = await mount(t, (app, { http }) => {
			app.use(http.middleware({ fallthrough: true }));
			app.get("/own", (_, response) => void response.send("own"));
		});
		assert.equal(await (await fetch(`${url}/own`)).text(), "own");
		assert.equal((await fetch(`${url}/_now`)).status, 200);
	});

	it("reads a body itself, or takes what a parser has made of it", async (t) => {
		const url = await mount(t, (app, { http }) => {
			app.use("/plain", http.middleware());
			app.use("/json", express.json(), http.middleware());
			app.use("/raw", express.raw({ type: "*/*" }), http.middleware());
			app.use("/text", express.text({ type: "*/*" }), http.middleware());
		});
		for (const path of ["plain", "json", "raw", "text"]) {
			const answer = await fetch(`${url}/${path}/_now`, {
				method: "POST",
				headers: JSON_TYPE,
				body: '{"a":1}',
			});
			const { result } = (await answer.json()) as { result: { body: unknown } };
			assert.deepEqual(result.body, { a: 1 }, path);
			const empty = await fetch(`${url}/${path}/_now`, { method: "POST" });
			const without = (await empty.json()) as { result: { body: unknown } };
			assert.equal(without.result.body, null, path);
		}
	});
});
