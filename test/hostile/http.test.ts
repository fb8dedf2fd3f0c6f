import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import { rawExchange } from "../support/raw-exchange.ts";
import { HostileStage } from "./hostile-stage.ts";

const MEBIBYTE = 1_048_576;
const JSON_TYPE = "Content-Type: application/json\r\n";
/** A request that would make a key if it were read as it is meant. */
const CREATE =
	'{"controller":"auth","action":"createApiKey","body":{"description":"smuggled"}}';

describe("over HTTP", () => {
	let stage: HostileStage;
	before(async () => {
		stage = await HostileStage.start("sqlite");
	});
	after(() => stage.stop());
	const head = () =>
		`Host: localhost\r\nAuthorization: Bearer ${stage.key}\r\n`;

	/** Sends bytes, and answers the statuses of what came back. Whatever it was, the gateway goes on, and no more was stored than was acknowledged. */
	const send = async (bytes: string | Uint8Array): Promise<number[]> => {
		const { host, port } = stage.gateway;
		const text = await rawExchange({ host, port }, bytes);
		const answers = [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)];
		const statuses = answers.map(([, status]) => Number(status));
		const refused = statuses.find((status) => status >= 400);
		if (!statuses.includes(200)) {
			const status = refused ?? 400;
			await stage.check({
				status,
				error: { status, message: "" },
				request: String(bytes).slice(0, 500),
			});
		}
		await stage.assertServes();
		return statuses;
	};
	const post = (headers: string, body: string | Buffer, path = "/_query") =>
		send(
			Buffer.concat([
				Buffer.from(
					`POST ${path} HTTP/1.1\r\n${head()}Connection: close\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
				),
				Buffer.from(body),
			]),
		);
	const get = (path: string, headers = "") =>
		send(
			`GET ${path} HTTP/1.1\r\n${head()}Connection: close\r\n${headers}\r\n`,
		);

	it("a decompression bomb is refused, in one layer or in several", async () => {
		const zeros = Buffer.alloc(100 * MEBIBYTE);
		const bomb = gzipSync(zeros);
		for (const [encoding, body] of [
			["gzip", bomb],
			["deflate", deflateSync(zeros)],
			["gzip, gzip", gzipSync(bomb)],
			["gzip, deflate, gzip", gzipSync(deflateSync(bomb))],
			["identity, gzip", bomb],
		] as const) {
			const headers = `${JSON_TYPE}Content-Encoding: ${encoding}\r\n`;
			assert.deepEqual(await post(headers, body), [413], encoding);
		}
	});

	it("content that is not what its headers say is refused", async () => {
		const good = gzipSync(CREATE);
		for (const [headers, body] of [
			["Content-Encoding: gzip\r\n", CREATE],
			["Content-Encoding: deflate\r\n", good],
			["Content-Encoding: gzip\r\n", good.subarray(0, 20)],
			["Content-Encoding: gzip, gzip\r\n", good],
			["Content-Encoding: gzip, gzip, gzip, gzip\r\n", good],
			["Content-Encoding: br\r\n", good],
			[`Content-Encoding: ${"gzip,".repeat(2_000)}\r\n`, good],
			["Content-Type: application/json; charset=utf-16\r\n", CREATE],
			[`Content-Type: ${"x".repeat(8_000)}\r\n`, CREATE],
			["Content-Type: multipart/form-data; boundary=b\r\n", `--b${CREATE}--b`],
			["Content-Type: multipart/form-data\r\n", CREATE],
			[
				"Content-Type: application/x-www-form-urlencoded\r\n",
				"%".repeat(100_000),
			],
		] as const)
			assert.deepEqual(await post(headers, body), [400], headers.slice(0, 80));
	});

	it("a form with a hundred thousand fields is read in one go, and asks for nothing", async () => {
		const fields = Array.from({ length: 100_000 }, (_, n) => `a${n}=1`)
			.join("&")
			.slice(0, MEBIBYTE);
		const type = "Content-Type: application/x-www-form-urlencoded\r\n";
		assert.deepEqual(await post(type, fields), [400]);
		assert.deepEqual(await post(type, fields.replaceAll(/\d+=/g, "=")), [400]);
		const parts =
			'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(
				10_000,
			);
		assert.deepEqual(
			await post(
				"Content-Type: multipart/form-data; boundary=b\r\n",
				`${parts}--b--`,
			),
			[400],
		);
	});

	it("more query parameters than headers may hold are refused; as many as they hold are read", async () => {
		const many = Array.from({ length: 100_000 }, (_, n) => `a${n}=1`).join("&");
		assert.deepEqual(await get(`/_me?${many}`), [431]);
		assert.deepEqual(await get(`/_me?${"&a=".repeat(5_000)}`), [200]);
		assert.deepEqual(await get(`/_me?${"__proto__[a]=1&".repeat(500)}`), [200]);
	});

	it("headers that are too long, or too many, are refused", async () => {
		assert.deepEqual(
			await get("/_me", `X-Long: ${"x".repeat(20_000)}\r\n`),
			[431],
		);
		assert.deepEqual(await get("/_me", "X-Many: x\r\n".repeat(5_000)), [431]);
		assert.deepEqual(
			await get("/_me", `Cookie: ${"a=b; ".repeat(5_000)}\r\n`),
			[431],
		);
		assert.deepEqual(await get(`/${"x".repeat(20_000)}`), [431]);
	});

	it("hostile header values are an answer's matter, not a defect", async () => {
		for (const [header, status] of [
			[`X-Kuzzle-Volatile: ${"[".repeat(10_000)}`, 400],
			[
				`X-Kuzzle-Volatile: {"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`,
				400,
			],
			['X-Kuzzle-Volatile: {"__proto__":{"polluted":1}}', 200],
			["X-Kuzzle-Volatile: \xff\xfe", 400],
			["X-Kuzzle-Request-Id: \xe9\xff", 200],
			[`Accept-Encoding: ${"gzip;q=0.1,".repeat(1_000)}`, 200],
			["Accept-Encoding: *;q=x, gzip;q=-1, ;;,=", 200],
			["Cookie: authToken=%E0%A4%A", 401],
			["Cookie: authToken", 200],
			["Origin: \xff", 200],
		] as const)
			assert.deepEqual(
				await get("/_me", `${header}\r\n`),
				[status],
				header.slice(0, 60),
			);
	});

	it("odd paths lead nowhere", async () => {
		for (const path of [
			"/%00",
			"/%",
			"/%zz",
			"/%ff%fe",
			"/users/%ed%a0%80",
			"/..",
			"/../../etc/passwd",
			"/%2e%2e/%2e%2e",
			`/${"a/".repeat(5_000)}`,
			"/_me/\xff",
			"/users//////",
			"/constructor",
			"/__proto__",
		])
			for (const status of await get(path))
				assert.ok([400, 404].includes(status), `${path}: ${status}`);
	});

	it("what two readers could read as two things is refused, and no second request is found in it", async () => {
		const second = `POST /_query HTTP/1.1\r\n${head()}${JSON_TYPE}Content-Length: ${CREATE.length}\r\n\r\n${CREATE}`;
		for (const framing of [
			`Content-Length: ${second.length}\r\nTransfer-Encoding: chunked\r\n`,
			`Content-Length: 0\r\nContent-Length: ${second.length}\r\n`,
			"Content-Length: -1\r\n",
			"Content-Length: 0x10\r\n",
			"Content-Length: 1e1\r\n",
			"Content-Length: 99999999999999999999\r\n",
			"Transfer-Encoding: chunked, identity\r\n",
			"Transfer-Encoding : chunked\r\n",
			"Transfer-Encoding: xchunked\r\n",
			"Content-Length: 5\r\n Transfer-Encoding: chunked\r\n",
			"X: a\rContent-Length: 0\r\n",
			"X: a\nTransfer-Encoding: chunked\r\n",
		]) {
			const statuses = await send(
				`POST /_query HTTP/1.1\r\n${head()}${JSON_TYPE}${framing}\r\n${second}`,
			);
			assert.ok(!statuses.includes(200), framing);
		}
	});

	it("chunks that are none end the connection", async () => {
		for (const chunks of [
			"zz\r\n",
			"-1\r\n",
			"ffffffffffffffffff\r\n",
			"5;ext\r\nabc",
			`5${";x=y".repeat(10_000)}\r\nhello`,
			"\r\n\r\n\r\n",
		]) {
			const statuses = await send(
				`POST /_query HTTP/1.1\r\n${head()}${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n${chunks}\r\nx\r\n`,
			);
			assert.ok(!statuses.includes(200), chunks.slice(0, 20));
		}
	});

	it("verbs and versions that nobody knows are refused", async () => {
		for (const line of [
			"TRACE / HTTP/1.1",
			"PROPFIND / HTTP/1.1",
			"CONNECT evil.example:80 HTTP/1.1",
			"get /_me HTTP/1.1",
		])
			for (const status of await send(
				`${line}\r\n${head()}Connection: close\r\n\r\n`,
			))
				assert.ok(status >= 400 && status < 500, `${line}: ${status}`);
	});
});
