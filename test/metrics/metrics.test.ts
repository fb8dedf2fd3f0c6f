import assert from "node:assert/strict";
import { connect } from "node:net";
import { afterEach, describe, it } from "node:test";
import { Admission } from "../../src/call/admission.ts";
import { type Connection, Connections } from "../../src/call/connection.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { silentLog } from "../../src/lib/log.ts";
import {
	createMetrics,
	type Metrics,
	type MetricsOptions,
} from "../../src/metrics/create-metrics.ts";
import { httpCall } from "../support/http-call.ts";

const clock = new ManualClock();
let metrics: Metrics | undefined;
afterEach(() => metrics?.close());

async function start(options: Partial<MetricsOptions> = {}): Promise<string> {
	metrics = createMetrics({
		config: { host: "127.0.0.1", port: 0 },
		clock,
		log: silentLog,
		connections: new Connections(),
		admission: new Admission({ concurrentRequests: 1, requestsBufferSize: 10 }),
		sockets: async () => 0,
		isAction: (controller, action) =>
			controller === "auth" && action === "login",
		...options,
	});
	const { host, port } = await metrics.listen();
	return `http://${host}:${port}`;
}

function end(
	controller: string | null,
	action: string | null,
	status: number,
	tookMs = 0,
): void {
	metrics?.ended({
		response: {
			status,
			error: null,
			controller,
			action,
			requestId: "r",
			volatile: null,
			headers: {},
		},
		connection: connectionOf("http"),
		caller: null,
		startedAt: clock.now() - tookMs,
	});
}

function connectionOf(protocol: Connection["protocol"], id = "c"): Connection {
	return {
		id,
		protocol,
		address: "127.0.0.1",
		headers: {},
		secure: false,
		send() {},
		notify() {},
		bufferedBytes: () => 0,
		close() {},
	};
}

async function scrape(url: string): Promise<string[]> {
	const { status, text, headers } = await httpCall(url, "GET", "/metrics");
	assert.equal(status, 200);
	assert.match(
		String(headers["content-type"]),
		/^text\/plain; version=0\.0\.4/,
	);
	assert.ok(text.endsWith("\n"));
	return text.split("\n");
}

function withName(lines: readonly string[], name: string): string[] {
	return lines.filter((line) => new RegExp(`^${name}[ {]`).test(line)).sort();
}

describe("metrics", () => {
	it("count requests by action, protocol and status", async () => {
		const url = await start();
		end("auth", "login", 200);
		end("auth", "login", 200);
		end("auth", "login", 401);
		assert.deepEqual(withName(await scrape(url), "portico_requests_total"), [
			'portico_requests_total{action="auth:login",protocol="http",status="200"} 2',
			'portico_requests_total{action="auth:login",protocol="http",status="401"} 1',
		]);
	});

	it("count all that is no action under one name, so that strangers cannot make figures grow", async () => {
		const url = await start();
		for (let i = 0; i < 50; i++) end(`stranger-${i}`, "login", 401);
		end("auth", "nothing", 404);
		end(null, null, 400);
		const lines = await scrape(url);
		assert.deepEqual(withName(lines, "portico_requests_total"), [
			'portico_requests_total{action="unknown",protocol="http",status="400"} 1',
			'portico_requests_total{action="unknown",protocol="http",status="401"} 50',
			'portico_requests_total{action="unknown",protocol="http",status="404"} 1',
		]);
		assert.doesNotMatch(lines.join("\n"), /stranger/);
	});

	it("time requests in seconds, also when the clock was set back meanwhile", async () => {
		const url = await start();
		end("auth", "login", 200, 30);
		end("auth", "login", 200, -5000);
		const name = "portico_request_duration_seconds";
		const lines = await scrape(url);
		const labels = 'action="auth:login",protocol="http"';
		assert.deepEqual(withName(lines, `${name}_sum`), [
			`${name}_sum{${labels}} 0.03`,
		]);
		const buckets = withName(lines, `${name}_bucket`);
		assert.ok(buckets.includes(`${name}_bucket{le="0.025",${labels}} 1`));
		assert.ok(buckets.includes(`${name}_bucket{le="0.05",${labels}} 2`));
	});

	it("tell of open connections, and of requests that run and wait", async () => {
		const connections = new Connections();
		connections.add(connectionOf("websocket", "1"));
		connections.add(connectionOf("websocket", "2"));
		const admission = new Admission({
			concurrentRequests: 1,
			requestsBufferSize: 10,
		});
		void admission.enter();
		void admission.enter();
		void admission.enter();
		const url = await start({ connections, admission, sockets: async () => 5 });
		const lines = await scrape(url);
		assert.deepEqual(withName(lines, "portico_connections"), [
			'portico_connections{protocol="http"} 3',
			'portico_connections{protocol="mqtt"} 0',
			'portico_connections{protocol="websocket"} 2',
		]);
		assert.deepEqual(withName(lines, "portico_requests_running"), [
			"portico_requests_running 1",
		]);
		assert.deepEqual(withName(lines, "portico_requests_waiting"), [
			"portico_requests_waiting 2",
		]);
	});

	it("tell of the process and of the event loop's delay, in each gateway of the process", async () => {
		for (let i = 0; i < 2; i++) {
			const lines = await scrape(await start());
			for (const name of [
				"process_cpu_seconds_total",
				"process_resident_memory_bytes",
				"nodejs_eventloop_lag_p99_seconds",
			])
				assert.equal(withName(lines, name).length, 1, name);
			await metrics?.close();
		}
	});

	it("do not mix those of two gateways in one process", async () => {
		const first = await start();
		end("auth", "login", 200);
		const kept = metrics;
		const second = await start();
		assert.equal(
			withName(await scrape(first), "portico_requests_total").length,
			1,
		);
		assert.equal(
			withName(await scrape(second), "portico_requests_total").length,
			0,
		);
		await kept?.close();
	});
});

describe("the metrics listener", () => {
	it("serves GET and HEAD of /metrics and nothing else", async () => {
		const url = await start();
		const status = async (method: string, path: string, body?: string) =>
			(await httpCall(url, method, path, { body })).status;
		assert.equal(await status("GET", "/metrics?x=1"), 200);
		assert.equal(await status("POST", "/metrics", "{}"), 405);
		for (const path of ["/", "/metrics/", "/Metrics", "/_now"])
			assert.equal(await status("GET", path), 404);
		const head = await httpCall(url, "HEAD", "/metrics");
		assert.deepEqual([head.status, head.text], [200, ""]);
	});

	it("takes a bounded number of connections", async () => {
		const url = await start();
		const port = Number(new URL(url).port);
		let refused = 0;
		const sockets = Array.from({ length: 40 }, () =>
			connect(port, "127.0.0.1"),
		);
		await new Promise<void>((resolve) => {
			for (const socket of sockets) {
				socket.on("error", () => {});
				socket.on("close", () => {
					refused++;
					if (refused === 24) resolve();
				});
			}
		});
		for (const socket of sockets) socket.destroy();
	});

	it("can be closed twice, and before it ever listened", async () => {
		await start();
		await metrics?.close();
		await metrics?.close();
		metrics = createMetrics({
			config: { host: "127.0.0.1", port: 0 },
			clock,
			log: silentLog,
			connections: new Connections(),
			admission: new Admission({
				concurrentRequests: 1,
				requestsBufferSize: 1,
			}),
			sockets: async () => 0,
			isAction: () => true,
		});
		await metrics.close();
	});

	it("says so when its port is taken", async () => {
		const url = await start();
		const first = metrics;
		await assert.rejects(
			start({ config: { host: "127.0.0.1", port: Number(new URL(url).port) } }),
			{ code: "EADDRINUSE" },
		);
		await first?.close();
	});
});
