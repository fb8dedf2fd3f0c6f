import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createError } from "../../../src/errors/gateway-error.ts";
import { exchange } from "../../recordings/http-exchange.ts";
import { type Protocols, startProtocols } from "../start-protocols.ts";

describe("what a request says", () => {
	let protocols: Protocols;
	before(async () => {
		protocols = await startProtocols();
	});
	after(() => protocols.close());

	async function call(
		method: string,
		path: string,
		headers: Record<string, string> = {},
		body?: unknown,
	) {
		const answer = await exchange(
			{ host: "127.0.0.1", port: protocols.port },
			{ method, path, headers, ...(body === undefined ? {} : { body }) },
		);
		assert.ok("status" in answer);
		const parsed = JSON.parse(answer.bytes.toString());
		return {
			status: answer.status,
			headers: answer.headers,
			body: parsed,
			result: parsed.result,
		};
	}

	it("takes arguments from the path and from the query string, the path's first", async () => {
		const { result } = await call(
			"GET",
			"/i/c/1?index=other&size=2&flag&list=a&list=b&empty=",
		);
		assert.deepEqual(result.args, {
			index: "i",
			collection: "c",
			_id: "1",
			size: "2",
			flag: "",
			list: ["a", "b"],
			empty: "",
		});
		assert.equal(result.notation, "query");
	});

	it("takes controller and action of the query string before the route's", async () => {
		const { result } = await call("GET", "/_now?controller=auth&action=login");
		assert.deepEqual(
			[result.controller, result.action, result.args],
			["auth", "login", {}],
		);
		const empty = await call("GET", "/_now?controller=&action=");
		assert.deepEqual(
			[empty.result.controller, empty.result.action],
			["server", "now"],
		);
	});

	it("refuses a controller, a token or a volatile of the query string that is no text, or no object", async () => {
		for (const query of [
			"controller=a&controller=b",
			"jwt=a&jwt=b",
			"volatile=x",
		]) {
			const { status, body } = await call("GET", `/_now?${query}`);
			assert.deepEqual(
				[status, body.error.status, body.error.id, body.controller],
				[400, 400, undefined, null],
			);
		}
	});

	it("takes a bearer token before that of the query string", async () => {
		assert.equal((await call("GET", "/_now?jwt=q")).result.jwt, "q");
		for (const scheme of ["Bearer", "bearer", "BEARER"]) {
			const { result } = await call("GET", "/_now?jwt=q", {
				authorization: `${scheme} h`,
			});
			assert.equal(result.jwt, "h");
		}
		for (const authorization of ["Basic abc", "h", "Bearer"]) {
			assert.equal(
				(await call("GET", "/_now", { authorization })).result.jwt,
				null,
			);
		}
	});

	it("takes names of Object's own members as arguments like any other", async () => {
		const { result } = await call(
			"GET",
			"/_now?__proto__=1&constructor=2&__proto__=3",
		);
		assert.deepEqual(Object.entries(result.args), [
			["__proto__", ["1", "3"]],
			["constructor", "2"],
		]);
		const { args } = protocols.calls.at(-1)?.envelope ?? {};
		assert.equal(Object.getPrototypeOf(args), null);
	});

	it("never takes a body out of the query string", async () => {
		const { result } = await call("GET", "/_now?body=x");
		assert.deepEqual([result.body, result.args], [null, {}]);
	});

	it("hands a connection over that tells who asks", async () => {
		await call("GET", "/_now", { "x-one": "1", "x-forwarded-for": "9.9.9.9" });
		const { connection } = protocols.calls.at(-1) ?? {};
		assert.ok(connection);
		assert.deepEqual(
			[
				connection.protocol,
				connection.address,
				connection.secure,
				connection.headers["x-one"],
			],
			["http", "127.0.0.1", false, "1"],
		);
		assert.match(connection.id, /^[0-9a-f-]{36}$/);
	});

	it("uses the connection's id as the request's where none is given", async () => {
		const { body, headers } = await call("GET", "/_now");
		const { connection, envelope } = protocols.calls.at(-1) ?? {};
		assert.equal(envelope?.requestId, connection?.id);
		assert.deepEqual(
			[body.requestId, headers["x-kuzzle-request-id"]],
			[connection?.id, connection?.id],
		);
	});

	it("reads a /_query body as a payload, with JSON's types", async () => {
		const { result } = await call(
			"POST",
			"/_query?size=9",
			{ authorization: "Bearer h" },
			{
				controller: "document",
				action: "search",
				size: 3,
				strict: false,
				body: { q: 1 },
			},
		);
		assert.deepEqual(result, {
			controller: "document",
			action: "search",
			body: { q: 1 },
			args: { size: 3, strict: false },
			jwt: "h",
			notation: "json",
		});
		const own = await call(
			"POST",
			"/_query",
			{ authorization: "Bearer h" },
			{ controller: "a", action: "b", jwt: "p" },
		);
		assert.equal(own.result.jwt, "p");
	});

	it("refuses a /_query body that is no object", async () => {
		for (const body of [undefined, [1], { $text: "12" }, { $text: "null" }]) {
			const answer = await call("POST", "/_query", {}, body);
			assert.deepEqual(
				[answer.status, answer.body.error.id, answer.body.controller],
				[400, undefined, null],
			);
		}
	});

	it("answers OPTIONS on any path, and HEAD on / only", async () => {
		assert.deepEqual(
			(await call("OPTIONS", "/no/such/path/at/all")).body.result,
			{},
		);
		const head = await exchange(
			{ host: "127.0.0.1", port: protocols.port },
			{ method: "HEAD", path: "/_now" },
		);
		assert.ok("status" in head);
		assert.deepEqual([head.status, head.bytes.length], [404, 0]);
	});

	it("refuses other verbs by name", async () => {
		const { status, body } = await call("PROPFIND", "/_now");
		assert.deepEqual(
			[status, body.error.id, body.error.props],
			[400, "network.http.unsupported_verb", ["PROPFIND"]],
		);
	});

	it("names the path that has no route as it was sent", async () => {
		for (const path of ["/a%20b", "/%zz", "/ghost/"]) {
			const { status, body } = await call("GET", `${path}?x=1`);
			assert.deepEqual(
				[status, body.error.id, body.error.props],
				[404, "network.http.url_not_found", [path]],
			);
		}
	});

	it("takes a whole URL in the request line", async () => {
		assert.equal(
			(await call("GET", "http://some.host:1/_now?a=1")).result.args.a,
			"1",
		);
	});

	it("reads multipart fields and files", async () => {
		const text = [
			"preamble",
			"--b",
			'Content-Disposition: form-data; name="a"',
			"",
			"one",
			"--b",
			'Content-Disposition: form-data; name="f"; filename="x \\"y\\".bin"',
			"Content-Type: image/png",
			"",
			"\u0000\r\n--not",
			"--b",
			"content-disposition: form-data; name=plain; filename=",
			"",
			"",
			"--b",
			"Content-Type: text/plain",
			"",
			"no name",
			"--b--",
			"epilogue",
		].join("\r\n");
		const { result } = await call(
			"POST",
			"/_now",
			{ "content-type": 'multipart/form-data; boundary="b"' },
			{ $text: text },
		);
		assert.deepEqual(result.body, {
			a: "one",
			f: {
				filename: 'x "y".bin',
				encoding: "image/png",
				file: Buffer.from("\u0000\r\n--not").toString("base64"),
			},
			plain: { filename: "", file: "" },
		});
	});

	it("takes form keys of Object's own members as data", async () => {
		const form = { "content-type": "application/x-www-form-urlencoded" };
		const { result } = await call("POST", "/_now", form, {
			$text: "__proto__=1&a=2",
		});
		assert.deepEqual(Object.entries(result.body), [
			["__proto__", "1"],
			["a", "2"],
		]);
	});
});

describe("the endpoints that are no actions", () => {
	it("answer whether the server lives, and whether it can serve", async (t) => {
		let reason: ReturnType<typeof createError> | null = null;
		const protocols = await startProtocols({
			test: t,
			extra: { notReady: () => reason },
		});
		const get = async (path: string) =>
			(await (await fetch(`${protocols.url}${path}`)).json()) as {
				status: number;
				result: unknown;
				error: { id: string } | null;
			};
		assert.deepEqual(
			[(await get("/_healthcheck")).status, (await get("/_ready")).status],
			[200, 200],
		);
		reason = createError("api.process.overloaded");
		assert.equal((await get("/_healthcheck")).status, 200);
		const answer = await get("/_ready");
		assert.deepEqual(
			[answer.status, answer.result, answer.error?.id],
			[503, null, "api.process.overloaded"],
		);
		assert.equal(protocols.calls.length, 0);
	});

	it("leave the paths that the fallback claims to it, and no others", async (t) => {
		const protocols = await startProtocols({
			test: t,
			extra: {
				fallback: {
					claims: (pathname) => pathname.startsWith("/_docs"),
					handle: (_, response) => void response.end("page"),
				},
			},
		});
		assert.equal(
			await (await fetch(`${protocols.url}/_docs/a/b?x`)).text(),
			"page",
		);
		assert.equal((await fetch(`${protocols.url}/ghost`)).status, 404);
	});
});
