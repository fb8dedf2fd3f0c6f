import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Backend, backends } from "../support/backends.ts";
import { must } from "../support/people.ts";
import { HostileStage } from "./hostile-stage.ts";

const MAX_REQUEST_BYTES = 1_048_576;
const MISSING = "api.assert.missing_argument";
const BAD_REQUEST = "services.storage.unexpected_bad_request";
const INVALID = "api.assert.invalid_argument";

/** What HTTP and a WebSocket call the same refusal. */
const UNREADABLE = {
	http: "network.http.body_parse_failed",
	websocket: "network.websocket.unexpected_error",
};

interface Case {
	readonly name: string;
	/** The body of `auth:createApiKey`, as it is sent. */
	readonly body: string | Buffer;
	/** Its other arguments, as JSON text. */
	readonly args?: Readonly<Record<string, string>>;
	/** The id of the refusal; what a key must be described as when it is made; or null where the stores may differ. */
	readonly expected:
		| { readonly refused: string | typeof UNREADABLE }
		| { readonly description: string }
		| null;
}

const CASES: readonly Case[] = [
	...[1_001, 10_000, 200_000].flatMap((depth): Case[] => [
		{
			name: `arrays ${depth} deep`,
			body: `{"description":${"[".repeat(depth)}${"]".repeat(depth)}}`,
			expected: { refused: UNREADABLE },
		},
		{
			name: `objects ${depth} deep`,
			body: `{"description":${'{"":'.repeat(depth)}1${"}".repeat(depth)}}`,
			expected: { refused: UNREADABLE },
		},
		{
			name: `arrays ${depth} deep that never end`,
			body: `{"description":${"[".repeat(depth)}`,
			expected: { refused: UNREADABLE },
		},
	]),
	{
		name: "brackets inside a text, which are no depth",
		body: JSON.stringify({ description: "[{".repeat(5_000) }),
		expected: { description: "[{".repeat(5_000) },
	},
	{
		name: "__proto__ beside the real thing",
		body: '{"description":"mine","__proto__":{"description":"theirs","polluted":1}}',
		expected: { description: "mine" },
	},
	{
		name: "__proto__ in place of the real thing",
		body: '{"__proto__":{"description":"theirs"}}',
		expected: { refused: MISSING },
	},
	{
		name: "constructor.prototype in place of the real thing",
		body: '{"constructor":{"prototype":{"description":"theirs"}}}',
		expected: { refused: MISSING },
	},
	{
		name: "__proto__ among the arguments",
		body: '{"description":"d"}',
		args: {
			__proto__: '{"expiresIn":1}',
			constructor: '"x"',
			toString: "null",
		},
		expected: { description: "d" },
	},
	{
		name: "a member that looks like a method",
		body: '{"description":"d","toJSON":"x","then":1,"hasOwnProperty":null}',
		expected: { description: "d" },
	},
	{
		name: "a key twice: the last counts",
		body: '{"description":"first","description":"last"}',
		expected: { description: "last" },
	},
	{
		name: "bytes that are no UTF-8",
		body: Buffer.concat([
			Buffer.from('{"description":"a'),
			Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
			Buffer.from('"}'),
		]),
		expected: null,
	},
	{
		name: "a byte order mark",
		body: '\ufeff{"description":"d"}',
		expected: null,
	},
	{
		name: "half a surrogate pair",
		body: '{"description":"a\\ud800b"}',
		expected: null,
	},
	{
		name: "a NUL",
		body: '{"description":"a\\u0000b"}',
		expected: { description: "a\0b" },
	},
	{
		name: "a bare NUL",
		body: '{"description":"a\0b"}',
		expected: { refused: UNREADABLE },
	},
	{
		name: "numbers that no computer holds",
		body: `{"description":"d","a":1e400,"b":-1e400,"c":${"9".repeat(5_000)},"d":0.${"0".repeat(5_000)}1}`,
		expected: { description: "d" },
	},
	...["NaN", "Infinity", "0x10", "01", "1.", "'d'", "undefined", ""].map(
		(text): Case => ({
			name: `what is no JSON: ${text || "nothing"}`,
			body: `{"description":${text}}`,
			expected: { refused: UNREADABLE },
		}),
	),
	...[
		"1e400",
		"1e308",
		"9007199254740993",
		"0",
		"-2",
		"0.5",
		'"-1d"',
		'"1e400"',
		'"999999 years"',
		"[1]",
		"{}",
		"true",
	].map(
		(expiresIn): Case => ({
			name: `a life of ${expiresIn}`,
			body: '{"description":"d"}',
			args: { expiresIn },
			expected: { refused: INVALID },
		}),
	),
	...["[]", "{}", "true", "1"].map(
		(_id): Case => ({
			name: `an id of ${_id}`,
			body: '{"description":"d"}',
			args: { _id },
			expected: { refused: "api.assert.invalid_type" },
		}),
	),
	...["x".repeat(513), "\u00e9".repeat(257), "x".repeat(100_000)].map(
		(id): Case => ({
			name: `an id of ${Buffer.byteLength(id)} bytes`,
			body: '{"description":"d"}',
			args: { _id: JSON.stringify(id) },
			expected: { refused: BAD_REQUEST },
		}),
	),
	{
		name: "an id with half a surrogate pair",
		body: '{"description":"d"}',
		args: { _id: '"a\\udfff"' },
		expected: { refused: BAD_REQUEST },
	},
	{
		name: "an id that is a NUL",
		body: '{"description":"d"}',
		args: { _id: '"\\u0000"' },
		expected: null,
	},
	...[
		"x".repeat(512),
		".",
		"..",
		"../x",
		"a/b?c#d%2f",
		"_search",
		"_doc",
		"*",
		"a,b",
		"caf\u00e9",
		"cafe\u0301",
		"\u202e",
		"__proto__",
		"'; DROP TABLE documents; --",
	].map(
		(id): Case => ({
			name: `the id ${JSON.stringify(id.slice(0, 30))}`,
			body: '{"description":"d"}',
			args: { _id: JSON.stringify(id) },
			expected: { description: "d" },
		}),
	),
];

for (const backend of backends())
	describe(`a hostile body, on ${backend},`, () => {
		let stage: HostileStage;
		let contents: string;
		before(async () => {
			stage = await HostileStage.start(backend);
			contents = await stage.contents();
		});
		after(() => stage.stop());
		for (const tried of chosenFor(backend))
			it(`with ${tried.name}, is answered as it should be`, async () => {
				await tryCase(stage, tried);
				await stage.assertServes();
			});
		it("leaves nothing behind but what was asked for, and that was deleted again", async () => {
			assert.equal(await stage.contents(), contents);
		});
	});

/** What the store never sees is tried on one of them. */
function chosenFor(backend: Backend): readonly Case[] {
	if (backend === "sqlite") return CASES;
	const ofThis = /\b(id|surrogate|NUL|numbers|UTF-8|method)\b/;
	return CASES.filter(({ name }) => ofThis.test(name));
}

/** Over both protocols; both must agree. A key that is made is deleted again. */
async function tryCase(stage: HostileStage, tried: Case): Promise<void> {
	const { gateway, key } = stage;
	const frame = toFrame(tried);
	const http = await gateway.call("POST", "/_query", {
		body: frame,
		token: key,
	});
	const error = http.body.error ?? (http.status === 200 ? null : http.body);
	await settle(stage, tried, "http", {
		...http.body,
		status: http.status,
		error,
	});
	const socket = await gateway.connect();
	const withKey = Buffer.concat([
		Buffer.from(`{"jwt":"${key}",`),
		frame.subarray(1),
	]);
	// A long text is sent in pieces of bytes, as the other one is.
	socket.send(withKey);
	const answer = await socket.waitFor(() => true);
	await settle(stage, tried, "websocket", answer);
	await socket.close();
}

function toFrame({ body, args = {} }: Case): Buffer {
	const more = Object.entries(args).map(
		([name, text]) => `,${JSON.stringify(name)}:${text}`,
	);
	return Buffer.concat([
		Buffer.from(
			`{"controller":"auth","action":"createApiKey","refresh":false${more.join("")},"body":`,
		),
		Buffer.from(body),
		Buffer.from("}"),
	]);
}

interface Answer {
	readonly status: number;
	readonly error: { readonly id?: string } | null;
	readonly result?: {
		readonly _id: string;
		readonly _source: { readonly description: string };
	};
}

async function settle(
	stage: HostileStage,
	{ name, expected }: Case,
	protocol: "http" | "websocket",
	answer: Answer,
): Promise<void> {
	await stage.check({
		status: answer.status,
		error: answer.error,
		request: name,
	});
	if (expected !== null && "refused" in expected) {
		const { refused } = expected;
		const id = typeof refused === "string" ? refused : refused[protocol];
		assert.equal(answer.error?.id, id, protocol);
	}
	if (answer.result?._source === undefined) {
		assert.ok(
			expected === null || "refused" in expected,
			JSON.stringify(answer.error),
		);
		return;
	}
	const { _id, _source } = answer.result;
	if (expected !== null && "description" in expected)
		assert.equal(_source.description, expected.description);
	else assert.equal(expected, null, "it must be refused");
	const remove = { controller: "auth", action: "deleteApiKey", _id };
	await must(stage.gateway, remove, stage.key);
	await stage.check({ status: 200, error: null, request: "deletion" });
}

describe("a body of the size that is allowed", () => {
	let stage: HostileStage;
	before(async () => {
		stage = await HostileStage.start("sqlite");
	});
	after(() => stage.stop());

	it("is taken; one byte more is refused", async () => {
		const { gateway, key } = stage;
		for (const [bytes, status] of [
			[MAX_REQUEST_BYTES, 200],
			[MAX_REQUEST_BYTES + 1, 413],
		] as const) {
			const body = padded(bytes, {});
			const reply = await gateway.call("POST", "/_query", { body, token: key });
			assert.equal(reply.status, status);
			const error = status === 200 ? null : reply.body;
			if (error !== null)
				assert.equal(error.id, "network.http.request_too_large");
			await stage.check({ status, error, request: `${bytes} bytes` });
		}
		await stage.assertServes();
	});

	it("is taken in a frame; one byte more ends the connection", async () => {
		const { gateway, key } = stage;
		const socket = await gateway.connect();
		socket.send(padded(MAX_REQUEST_BYTES, { jwt: key }));
		const { status, error } = await socket.waitFor(() => true);
		assert.equal(status, 200);
		await stage.check({ status, error, request: "a whole frame" });
		const closed = socket.closed();
		socket.send(padded(MAX_REQUEST_BYTES + 1, { jwt: key }));
		assert.equal(await closed, 1009);
		await stage.check({
			status: 413,
			error: { status: 413, message: "" },
			request: "a frame that is too long",
		});
		await stage.assertServes();
	});
});

/** A request of that many bytes. */
function padded(bytes: number, more: object): Buffer {
	const request = { controller: "auth", action: "createApiKey", ...more };
	const empty = JSON.stringify({ ...request, body: { description: "" } });
	const description = "x".repeat(bytes - empty.length);
	return Buffer.from(JSON.stringify({ ...request, body: { description } }));
}
