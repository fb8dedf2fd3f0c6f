import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createPinoLog } from "../../src/lib/pino-log.ts";
import {
	type GatewayOptions,
	startGateway,
	type TestGateway,
} from "../support/gateway.ts";
import { httpCall } from "../support/http-call.ts";

const PASSWORD = "correct-horse-battery";

/** A gateway and its log, line by line. */
async function start(
	test: TestContext,
	server: NonNullable<NonNullable<GatewayOptions["config"]>["server"]>,
): Promise<{ gateway: TestGateway; lines: string[] }> {
	const lines: string[] = [];
	const log = createPinoLog({
		level: "info",
		write: (line) => lines.push(line),
	});
	// What the operator allows in a URL is not logged either.
	const security = { tokenInUrl: true };
	const gateway = await startGateway({ config: { server, security }, log });
	test.after(() => gateway.stop());
	return { gateway, lines };
}

function withMessage(
	lines: readonly string[],
	message: string,
): Record<string, unknown>[] {
	return lines
		.map((line) => JSON.parse(line) as Record<string, unknown>)
		.filter(({ msg }) => msg === message);
}

describe("a gateway with metrics", () => {
	it("serves figures of its requests, connections and store, until it is closed", async (test) => {
		const { gateway, lines } = await start(test, {
			metrics: { enabled: true, port: 0 },
		});
		const [address] = withMessage(lines, "Metrics are served at /metrics");
		const url = `http://${String(address?.host)}:${String(address?.port)}`;
		assert.equal(address?.host, "127.0.0.1");

		const ws = await gateway.connect();
		await ws.request({ controller: "server", action: "now" });
		await ws.request({ controller: "stranger", action: "x" });
		await gateway.call("GET", "/_now");
		await gateway.call("GET", "/users/nobody");
		const { text } = await httpCall(url, "GET", "/metrics");
		for (const line of [
			'portico_requests_total{action="server:now",protocol="websocket",status="200"} 1',
			'portico_requests_total{action="unknown",protocol="websocket",status="404"} 1',
			'portico_requests_total{action="server:now",protocol="http",status="200"} 1',
			'portico_requests_total{action="security:getUser",protocol="http",status="404"} 1',
			'portico_connections{protocol="websocket"} 1',
			"portico_requests_running 0",
		])
			assert.ok(text.includes(`${line}\n`), line);
		assert.match(
			text,
			/^portico_store_duration_seconds_count\{operation="get",outcome="ok"\} [1-9]/m,
		);
		assert.match(text, /^nodejs_eventloop_lag_p99_seconds /m);
		assert.doesNotMatch(text, /stranger/);

		await gateway.stop();
		await assert.rejects(httpCall(url, "GET", "/metrics"), {
			code: "ECONNREFUSED",
		});
	});
});

describe("a gateway with an access log", () => {
	it("writes a line per request, and in no line of its log a token or a password", async (test) => {
		const { gateway, lines } = await start(test, { accessLog: true });
		const login = { username: "ann", password: PASSWORD };
		await gateway.call("POST", "/_createFirstAdmin/ann?reset", {
			body: { credentials: { local: login } },
		});
		const session = await gateway.call("POST", "/_login/local", {
			body: login,
		});
		const { jwt } = session.body.result;
		await gateway.call(
			"GET",
			`/_login/local?username=ann&password=${PASSWORD}`,
		);
		const made = await gateway.call("POST", "/api-keys/_create", {
			token: jwt,
			body: { description: `for ${jwt}` },
		});
		const key = made.body.result._source.token;
		const ws = await gateway.connect({ cookie: `authToken=${jwt}` });
		for (const secret of [jwt, key, key.slice(key.indexOf("eyJ"))]) {
			const me = { controller: "auth", action: "getCurrentUser" };
			await gateway.call("GET", `/_me?jwt=${secret}`, { token: secret });
			await gateway.call("GET", "/_me", {
				headers: {
					cookie: `authToken=${secret}`,
					"x-kuzzle-request-id": secret,
				},
			});
			await gateway.query({ ...me, jwt: secret, requestId: secret });
			await ws.request({ ...me, jwt: secret, requestId: secret });
			await ws.request({ ...me, action: secret, requestId: `n ${secret}` });
			await ws.request({
				controller: "auth",
				action: "checkToken",
				body: { token: secret },
			});
		}
		assert.equal(withMessage(lines, "Request").length, 4 + 3 * 6);
		const [first] = withMessage(lines, "Request");
		assert.equal(first?.action, "createFirstAdmin");
		assert.equal(first?.status, 200);
		const all = lines.join("");
		assert.ok(!all.includes(PASSWORD));
		for (const token of [jwt, key] as string[])
			for (const part of token.split(".").slice(1))
				assert.ok(!all.includes(part), part);
	});

	it("writes none where it is switched off", async (test) => {
		const { gateway, lines } = await start(test, {});
		await gateway.call("GET", "/_now");
		assert.deepEqual(withMessage(lines, "Request"), []);
	});
});

describe("a gateway without any of it", () => {
	it("loads neither express nor prom-client before it needs them", async (test) => {
		const folder = await mkdtemp(path.join(tmpdir(), "portico-probe-"));
		test.after(() => rm(folder, { recursive: true, force: true }));
		const script = new URL("./loaded-packages.js", import.meta.url);
		const { stdout } = await promisify(execFile)(
			process.execPath,
			[fileURLToPath(script), folder],
			{ timeout: 60_000 },
		);
		assert.deepEqual(JSON.parse(stdout), [["ws"], ["express", "ws"]]);
	});
});
