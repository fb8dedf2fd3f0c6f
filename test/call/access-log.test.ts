import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { string } from "../../src/action/args.ts";
import { optionalContent } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { ActionRegistry } from "../../src/action/registry.ts";
import { createAccessLog } from "../../src/call/access-log.ts";
import { Admission } from "../../src/call/admission.ts";
import { combineObservers } from "../../src/call/combine-observers.ts";
import type { Connection } from "../../src/call/connection.ts";
import { type CallObserver, createExecute } from "../../src/call/execute.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { silentLog } from "../../src/lib/log.ts";
import { createPinoLog } from "../../src/lib/pino-log.ts";
import {
	type Protocols,
	startProtocols,
} from "../protocols/start-protocols.ts";
import { httpCall } from "../support/http-call.ts";
import { WsClient } from "../support/ws-client.ts";

const SIGNATURE = "c2lnbmF0dXJlLW9mLWEtdG9rZW4tdGhhdC1pcy1zZWNyZXQ";
const PAYLOAD = "eyJfaWQiOiJhbm4iLCJpYXQiOjE3MDAwMDAwMDB9";
const JWT = `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${PAYLOAD}.${SIGNATURE}`;
const clock = new ManualClock();

const login = defineAction({
	name: "auth:login",
	summary: "Takes half a second.",
	http: ["POST /_login/:strategy"],
	args: { strategy: string("path", "Any.") },
	body: optionalContent("Credentials."),
	result: null,
	handler({ args }) {
		clock.advance(500);
		if (args.strategy === "none")
			throw createError("plugin.strategy.missing_user", `bad ${JWT}`);
		return { jwt: JWT };
	},
});

let protocols: Protocols | undefined;
afterEach(() => protocols?.close());

/** Both protocols over the real pipeline, with nobody at the gate. Answers the lines as they are written. */
async function start(): Promise<string[]> {
	const lines: string[] = [];
	const log = createPinoLog({
		level: "info",
		write: (line) => lines.push(line),
	});
	const observer = createAccessLog({ log, clock });
	const execute = createExecute({
		assertServing() {},
		registry: new ActionRegistry([login]),
		gatekeeper: {
			assertOrigin() {},
			authenticate: () => ({
				kuid: "ann",
				profileIds: ["default"],
				token: null,
			}),
			assertAllowed() {},
			assertRate() {},
		},
		admission: new Admission({
			concurrentRequests: 10,
			requestsBufferSize: 10,
		}),
		hooks: { before: [], after: [] },
		clock,
		log: silentLog,
		observer,
		requestTimeoutMs: 60_000,
		strictSdkVersion: false,
		development: false,
	});
	protocols = await startProtocols({
		execute,
		clock,
		routes: [
			{
				verb: "POST",
				path: "/_login/:strategy",
				controller: "auth",
				action: "login",
			},
		],
	});
	return lines;
}

function parse(line: string | undefined): Record<string, unknown> {
	return JSON.parse(line ?? "") as Record<string, unknown>;
}

describe("the access log", () => {
	it("writes one line for each request, on every protocol", async () => {
		const lines = await start();
		const { url = "" } = protocols ?? {};
		const http = await httpCall(url, "POST", "/_login/local");
		const ws = await WsClient.open(url);
		const request = { controller: "auth", action: "login" };
		await ws.request({ ...request, strategy: "none", requestId: "r-2" });
		await ws.request({ controller: "no", action: "such", requestId: "r-3" });

		assert.equal(lines.length, 3);
		const [first, second, third] = lines.map(parse);
		assert.deepEqual(first, {
			level: "info",
			time: first?.time,
			protocol: "http",
			address: "127.0.0.1",
			controller: "auth",
			action: "login",
			status: 200,
			errorId: null,
			durationMs: 500,
			kuid: "ann",
			requestId: http.headers["x-kuzzle-request-id"],
			connectionId: first?.connectionId,
			msg: "Request",
		});
		assert.match(String(first?.connectionId), /^[0-9a-f-]{36}$/);
		assert.deepEqual(
			[second?.protocol, second?.status, second?.errorId, second?.requestId],
			["websocket", 401, "plugin.strategy.missing_user", "r-2"],
		);
		assert.deepEqual(
			[third?.controller, third?.action, third?.status, third?.durationMs],
			["no", "such", 404, 0],
		);
		assert.equal(second?.connectionId, third?.connectionId);
	});

	it("holds no token and no password, wherever the client put it", async () => {
		const lines = await start();
		const { url = "" } = protocols ?? {};
		for (const strategy of ["local", "none", JWT])
			await httpCall(
				url,
				"POST",
				`/_login/${strategy}?jwt=${JWT}&password=hunter2&token=hunter2`,
				{
					token: JWT,
					headers: {
						cookie: `authToken=${JWT}`,
						"x-kuzzle-request-id": `id ${JWT}`,
						"x-kuzzle-volatile": JSON.stringify({ password: "hunter2" }),
					},
					body: { username: "ann", password: "hunter2", token: JWT },
				},
			);
		const ws = await WsClient.open(url);
		const body = { password: "hunter2" };
		const base = { controller: "auth", action: "login", strategy: "x", body };
		for (const secret of [
			JWT,
			`kapikey-${JWT}`,
			`Bearer ${SIGNATURE}`,
			"password=hunter2",
			JSON.stringify({ password: "hunter2" }),
			// Cut anywhere, this would look like no token.
			`${"x".repeat(100)}${JWT}`,
		]) {
			await ws.request({ ...base, jwt: secret, requestId: secret });
			await ws.request({
				...base,
				controller: secret,
				requestId: `c${secret.length}`,
			});
			await ws.request({
				...base,
				action: secret,
				requestId: `a${secret.length}`,
			});
		}
		assert.equal(lines.length, 3 + 6 * 3);
		const all = lines.join("");
		for (const secret of [SIGNATURE, PAYLOAD, "hunter2"])
			assert.ok(!all.includes(secret), secret);
	});

	it("stays one short line, whatever the client chose", async () => {
		const lines = await start();
		const ws = await WsClient.open(protocols?.url ?? "");
		const long = "y".repeat(100_000);
		await ws.request({ controller: long, action: long, requestId: long });
		await ws.request({
			controller: "a\nb",
			action: "\u001b[31m",
			requestId: "{}\n",
		});
		assert.equal(lines.length, 2);
		assert.equal(parse(lines[0]).requestId, "[100000 characters]");
		for (const line of lines) {
			assert.ok(line.length < 1000);
			assert.equal(line.indexOf("\n"), line.length - 1);
		}
	});

	it("masks by itself, whatever log it is given", () => {
		const seen: object[] = [];
		const observer = createAccessLog({
			log: { ...silentLog, info: (fields) => seen.push(fields) },
			clock,
		});
		observer.ended({
			response: {
				status: 200,
				error: null,
				controller: JWT,
				action: null,
				requestId: JWT,
				volatile: { token: JWT },
				headers: { authorization: JWT },
				result: { jwt: JWT },
			},
			connection: {
				id: "c",
				protocol: "http",
				address: "::1",
				headers: { authorization: `Bearer ${JWT}` },
			} as unknown as Connection,
			caller: null,
			startedAt: clock.now() + 10,
		});
		assert.ok(!JSON.stringify(seen).includes(SIGNATURE));
		assert.equal((seen[0] as { durationMs: number }).durationMs, 0);
	});
});

describe("observers together", () => {
	const call = {} as Parameters<CallObserver["ended"]>[0];

	it("are none at all when each is switched off", () => {
		assert.equal(combineObservers([null, undefined]), undefined);
	});

	it("are the one itself, or each is told in order", () => {
		const told: string[] = [];
		const first = { ended: () => void told.push("first") };
		const second = { ended: () => void told.push("second") };
		assert.equal(combineObservers([null, first]), first);
		combineObservers([first, null, second])?.ended(call);
		assert.deepEqual(told, ["first", "second"]);
	});
});
