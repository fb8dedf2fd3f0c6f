import { request as openRequest } from "node:http";
import { gunzipSync, inflateSync } from "node:zlib";
import { ABSENT, compare, type Mismatch } from "./compare.ts";
import { compareFrames, EXTRA_ROOT_KEYS } from "./compare-frames.ts";
import { toPayload } from "./payload.ts";
import type { Bindings } from "./placeholders.ts";
import type { Frame, HttpRequest, HttpStep } from "./recording.ts";

export interface Address {
	readonly host: string;
	readonly port: number;
	/** Where MQTT is played. */
	readonly mqttPort?: number;
}

/** A real answer, decoded; `failed` says why there was none. */
export type RawAnswer =
	| {
			readonly status: number;
			readonly headers: Readonly<Record<string, string | string[] | undefined>>;
			readonly bytes: Buffer;
	  }
	| { readonly failed: string };

const ANSWER_TIMEOUT_MS = 15_000;

/** Headers that say nothing about compatibility; the reference's node header is a defect (always "undefined"). */
const IGNORED_HEADERS = new Set([
	"x-kuzzle-node",
	"date",
	"content-length",
	"transfer-encoding",
	"keep-alive",
]);

/** Sends one request on a connection of its own. Never rejects. */
export function exchange(
	address: Address,
	request: HttpRequest,
): Promise<RawAnswer> {
	return new Promise((resolve) => {
		const payload =
			request.body === undefined ? undefined : toPayload(request.body);
		const outgoing = openRequest(
			{
				host: address.host,
				port: address.port,
				method: request.method,
				path: request.path,
				headers: withDefaults(request.headers ?? {}, payload),
				agent: false,
				timeout: ANSWER_TIMEOUT_MS,
			},
			(response) => {
				const chunks: Buffer[] = [];
				response.on("data", (chunk: Buffer) => chunks.push(chunk));
				response.on("error", (error) => resolve({ failed: String(error) }));
				response.on("end", () => {
					outgoing.destroy();
					const bytes = decode(
						Buffer.concat(chunks),
						response.headers["content-encoding"],
					);
					const { statusCode: status = 0, headers } = response;
					resolve({ status, headers, bytes });
				});
			},
		);
		outgoing.on("timeout", () =>
			outgoing.destroy(new Error(`no answer in ${ANSWER_TIMEOUT_MS} ms`)),
		);
		outgoing.on("error", (error) => resolve({ failed: String(error) }));
		outgoing.end(payload);
	});
}

/** Compares an answer, and the frames that came meanwhile, with a recorded step. */
export function compareHttp(
	step: HttpStep,
	answer: RawAnswer,
	frames: readonly Frame[],
	bindings: Bindings,
): Mismatch | null {
	const expected = step.response;
	if ("failed" in answer || expected.failed !== undefined) {
		if ("failed" in answer && expected.failed !== undefined) return null;
		return { path: "", expected, actual: answer };
	}
	const body = answer.bytes.toString("utf8");
	if (expected.status !== answer.status) {
		const { status } = answer;
		return {
			path: "status",
			expected: expected.status,
			actual: `${status} ${body}`,
		};
	}
	return (
		compareHeaders(expected.headers ?? {}, answer.headers, bindings) ??
		compareBody(step, answer.bytes, bindings) ??
		compareFrames(step.frames ?? [], frames, bindings)
	);
}

function withDefaults(
	given: Readonly<Record<string, string>>,
	payload: Buffer | undefined,
): Record<string, string> {
	const names = new Set(Object.keys(given).map((name) => name.toLowerCase()));
	return {
		...given,
		...(names.has("connection") ? {} : { Connection: "close" }),
		...(payload === undefined || names.has("transfer-encoding")
			? {}
			: { "Content-Length": String(payload.length) }),
	};
}

function decode(bytes: Buffer, encoding: string | undefined): Buffer {
	if (bytes.length === 0) return bytes;
	if (encoding === "gzip") return gunzipSync(bytes);
	if (encoding === "deflate") return inflateSync(bytes);
	return bytes;
}

function compareHeaders(
	expected: Readonly<Record<string, unknown>>,
	actual: Readonly<Record<string, unknown>>,
	bindings: Bindings,
): Mismatch | null {
	for (const [name, value] of Object.entries(expected)) {
		if (IGNORED_HEADERS.has(name)) continue;
		const mismatch = compare(value, actual[name] ?? ABSENT, bindings);
		if (mismatch !== null) return { ...mismatch, path: `header ${name}` };
	}
	return null;
}

function compareBody(
	step: HttpStep,
	bytes: Buffer,
	bindings: Bindings,
): Mismatch | null {
	const expected = step.response;
	const text = bytes.toString("utf8");
	if (expected.base64 !== undefined)
		return compare(expected.base64, bytes.toString("base64"), bindings);
	if (expected.text !== undefined)
		return compare(expected.text, text, bindings);
	if (!("body" in expected)) return compare("", text, bindings);
	const actual = parseJson(text);
	if (actual === undefined)
		return { path: "body", expected: expected.body, actual: text };
	const mismatch = compare(expected.body, actual, bindings, {
		unordered: step.unordered ?? [],
		extraRootKeys: EXTRA_ROOT_KEYS,
	});
	return mismatch ?? compareIndent(expected.indent, text, actual);
}

function compareIndent(
	indent: number | undefined,
	text: string,
	body: unknown,
): Mismatch | null {
	if (JSON.stringify(body, null, indent) === text.trimEnd()) return null;
	// Numbers and key orders survive a round trip only mostly, so what counts is whether there are line breaks.
	const indented = text.trimEnd().includes("\n");
	return indented === (indent !== undefined)
		? null
		: { path: "indent", expected: indent ?? 0, actual: text };
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
