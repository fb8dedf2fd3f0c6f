import assert from "node:assert/strict";
import { once } from "node:events";
import {
	createServer,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { WebSocketServer } from "ws";
import { BuiltActions } from "./built-actions.ts";
import type { Address } from "./http-exchange.ts";
import { toPayload } from "./payload.ts";
import type { Plan } from "./plan.ts";
import type { Step } from "./recording.ts";
import { failureLines, replay } from "./replay.ts";

const TOKEN = "aa.bb.cc";

/** A server that can log in, say who asks, and echo: enough to see whether the runner sends and compares what it should. */
function startServer(): Server {
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			answerTo(request, response, Buffer.concat(chunks));
		});
	});
	new WebSocketServer({ server }).on("connection", (socket) => {
		socket.on("message", (data) => {
			const request = JSON.parse(String(data)) as Record<string, unknown>;
			if (request.action === "bye") return socket.close(4001);
			if (request.action === "silence") return;
			socket.send(JSON.stringify({ requestId: request.requestId }));
		});
	});
	return server;
}

function answerTo(
	request: IncomingMessage,
	response: ServerResponse,
	body: Buffer,
): void {
	if (request.url === "/echo") {
		response.setHeader("content-encoding", "gzip");
		response.setHeader("set-cookie", ["a=1", "b=2"]);
		response.end(gzipSync(body));
	} else if (request.url === "/pretty") {
		response.end(JSON.stringify({ a: { b: 1 } }, null, 2));
	} else if (request.url === "/once/cut") {
		request.socket.destroy();
	} else {
		const { authorization } = request.headers;
		const result = request.url === "/login" ? TOKEN : authorization;
		const envelope = {
			controller: "auth",
			action: "x",
			requestId: "1",
			result,
		};
		response.end(JSON.stringify(envelope));
	}
}

describe("the runner of recordings", () => {
	const server = startServer();
	let address: Address;
	before(async () => {
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		address = {
			host: "127.0.0.1",
			port: (server.address() as AddressInfo).port,
		};
	});
	after(() => {
		server.close();
		server.closeAllConnections();
	});

	const built = new BuiltActions({
		auth: {
			x: {
				http: [
					{ verb: "POST", path: "/echo" },
					{ verb: "GET", path: "/pretty" },
					{ verb: "GET", path: "/:any/cut" },
				],
			},
		},
	});
	const play = async (steps: object[], plan: Partial<Plan> = {}) => {
		const reports = await replay(
			{
				recording: { scenario: "s", topic: "t", steps: steps as Step[] },
				needs: new Map(),
				standIns: new Map(),
				config: {},
				timeScale: 1,
				...plan,
			},
			address,
			built,
		);
		return { reports, lines: failureLines("s", reports) };
	};
	const http = (method: string, path: string, response: object, rest = {}) => ({
		via: "http",
		request: { method, path, ...rest },
		response,
	});
	const answer = (result: unknown) => ({
		status: 200,
		body: { controller: "auth", action: "x", requestId: "1", result },
	});

	it("carries bound values into later requests", async () => {
		const { lines } = await play([
			http("POST", "/login", answer("<jwt:1>")),
			http("GET", "/", answer("Bearer <jwt:1>"), {
				headers: { authorization: "Bearer <jwt:1>" },
			}),
		]);
		assert.deepEqual(lines, []);
	});

	it("names the step, and its first difference", async () => {
		const { lines } = await play([http("POST", "/login", answer("other"))]);
		assert.deepEqual(lines, [
			's #1 POST /login | result: recorded "other", ours "aa.bb.cc"',
		]);
	});

	it("sends and reads bytes, and compares only the headers that are recorded", async () => {
		const body = { $repeat: { before: "x", text: "y", times: 2, after: "z" } };
		const echo = (response: object) =>
			play([http("POST", "/echo", { status: 200, ...response }, { body })]);
		const cookies = { "set-cookie": ["a=1", "b=2"] };
		assert.deepEqual(
			(await echo({ text: "xyyz", headers: cookies })).lines,
			[],
		);
		assert.deepEqual((await echo({ base64: "eHl5eg==" })).lines, []);
		assert.deepEqual((await echo({ text: "xyz" })).lines, [
			's #1 POST /echo | answer: recorded "xyz", ours "xyyz"',
		]);
		const { lines } = await echo({ text: "xyyz", headers: { vary: "Origin" } });
		assert.deepEqual(lines, [
			's #1 POST /echo | header vary: recorded "Origin", ours nothing',
		]);
		const { lines: refused } = await echo({ status: 400, text: "xyyz" });
		assert.deepEqual(refused, [
			's #1 POST /echo | status: recorded 400, ours "200 xyyz"',
		]);
	});

	it("sees indentation, and a connection that is cut", async () => {
		const body = { a: { b: 1 } };
		const { lines } = await play([
			http("GET", "/pretty", { status: 200, body, indent: 2 }),
			http("GET", "/pretty", { status: 200, body }),
			http("GET", "/once/cut", { failed: "closed" }),
			http("GET", "/once/cut", { status: 200, body }),
		]);
		assert.equal(lines.length, 2);
		assert.match(String(lines[0]), /^s #2 GET \/pretty \| indent: recorded 0/);
		assert.match(String(lines[1]), /^s #4 GET \/once\/cut \| answer: /);
	});

	it("plays WebSocket connections by name, bursts, and their ends", async () => {
		const ws = (
			conn: string,
			request: unknown,
			response: object[],
			rest = {},
		) => ({
			via: "ws",
			conn,
			request,
			response,
			...rest,
		});
		const { lines } = await play([
			ws("c1", { requestId: "1" }, [{ conn: "c1", data: { requestId: "1" } }]),
			ws(
				"c2",
				[{ requestId: "2" }, { requestId: "3" }],
				[
					{ conn: "c2", data: { requestId: "3" } },
					{ conn: "c2", data: { requestId: "2" } },
				],
				{ op: "burst" },
			),
			ws("c1", { action: "silence" }, []),
			ws("c1", { action: "bye" }, [{ conn: "c1", closed: 4001 }]),
		]);
		assert.deepEqual(lines, []);
		const { lines: extra } = await play([ws("c1", { requestId: "1" }, [])]);
		assert.match(String(extra[0]), /s #1 ws c1 .* \| frames: recorded \[\]/);
	});

	it("skips what is not built, and what rests on it, with the reason", async () => {
		const { reports } = await play(
			[
				http("GET", "/", {
					status: 200,
					body: {
						controller: "document",
						action: "get",
						requestId: "1",
						result: "<jwt:1>",
					},
				}),
				http("GET", "/", answer("Bearer <jwt:1>"), {
					headers: { authorization: "Bearer <jwt:1>" },
				}),
				http("POST", "/login", answer("<jwt:2>")),
				http("GET", "/elsewhere", { status: 200, text: "<text>" }),
			],
			{ needs: new Map([[3, ["auth:x", "auth:y"]]]) },
		);
		assert.deepEqual(
			reports.map(({ outcome }) => "reason" in outcome && outcome.reason),
			[
				"document:get is not built yet",
				"<jwt:1> is not known: no answer held it",
				"needs auth:y, which comes with its issue",
				"GET /elsewhere is not built yet",
			],
		);
	});

	it("fails on a value that is missing though nothing was skipped", async () => {
		const { lines } = await play([
			http("GET", "/", answer(null), { headers: { authorization: "<jwt:1>" } }),
		]);
		assert.match(String(lines[0]), /<jwt:1> is not known/);
	});

	it("sends the stand-in of an action that is not built", async () => {
		const step = http("POST", "/y", {
			status: 200,
			body: { controller: "auth", action: "y", requestId: "1", result: 1 },
		});
		const standIn = {
			scenario: "s",
			step: 1,
			needs: "auth:y",
			request: { method: "GET", path: "/login" },
		};
		const { reports } = await play([step], {
			standIns: new Map([[1, standIn]]),
		});
		assert.deepEqual(reports[0]?.outcome, {
			kind: "skipped",
			reason: "a built action stands in for it",
		});
	});
});

describe("recorded payloads", () => {
	it("come as JSON, text, base64 or compressed", () => {
		assert.equal(String(toPayload({ a: 1 })), '{"a":1}');
		assert.equal(String(toPayload({ $text: "{" })), "{");
		assert.equal(String(toPayload({ $base64: "YQ==" })), "a");
		assert.deepEqual(toPayload({ $gzip: { $text: "a" } }), gzipSync("a"));
		assert.throws(() => toPayload({ $zip: 1 }), /unknown form/);
	});
});
