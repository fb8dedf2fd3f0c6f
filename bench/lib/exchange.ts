import { once } from "node:events";
import { request } from "node:http";

/** An answer over HTTP. */
export interface HttpAnswer {
	readonly status: number;
	/** Names and values in turn, as they came. */
	readonly headers: readonly string[];
	readonly body: string;
}

export interface HttpQuestion {
	readonly method: string;
	readonly path: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body?: unknown;
}

/** Written by node for every server alike. */
const OF_THE_CONNECTION = new Set([
	"connection",
	"content-length",
	"date",
	"keep-alive",
]);

/** The request as it goes over the wire. */
export function toWire(question: HttpQuestion, port: number): string {
	const { method, path, headers } = question;
	const body = bodyOf(question);
	const lines = [
		`${method} ${path} HTTP/1.1`,
		`Host: 127.0.0.1:${port}`,
		...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
		...(body === null
			? []
			: [
					"Content-Type: application/json",
					`Content-Length: ${Buffer.byteLength(body)}`,
				]),
	];
	return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

/** Asks once. Rejects unless the status is 2xx. */
export async function ask(
	question: HttpQuestion,
	port: number,
): Promise<HttpAnswer> {
	const { method, path, headers } = question;
	const body = bodyOf(question);
	const type = body === null ? {} : { "Content-Type": "application/json" };
	const asked = request({
		host: "127.0.0.1",
		port,
		method,
		path,
		headers: { ...headers, ...type },
	});
	asked.end(body ?? undefined);
	const [response] = await once(asked, "response");
	let text = "";
	for await (const piece of response.setEncoding("utf8")) text += piece;
	if (response.statusCode >= 300) {
		throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
	}
	return {
		status: response.statusCode,
		headers: response.rawHeaders,
		body: text,
	};
}

/** As `ask`, for the `result` of an envelope. */
export async function askResult<T>(
	question: HttpQuestion,
	port: number,
): Promise<T> {
	const { body } = await ask(question, port);
	return (JSON.parse(body) as { result: T }).result;
}

/** The headers that a server must write itself, so that an opponent can write the same. */
export function ownHeaders(answer: HttpAnswer): string[] {
	return answer.headers.filter((_, at) => {
		const name = answer.headers[at - (at % 2)] ?? "";
		return !OF_THE_CONNECTION.has(name.toLowerCase());
	});
}

/** Throws unless both answers have the same headers and bodies, but for ids, times and tokens of the same length. */
export function assertAlike(ours: HttpAnswer, theirs: HttpAnswer): void {
	const [one, other] = [ours, theirs].map((answer) =>
		JSON.stringify([ownHeaders(answer).map(maskText), maskText(answer.body)]),
	);
	if (one !== other) {
		throw new Error(`The answers differ.\nours:   ${one}\ntheirs: ${other}`);
	}
}

/** Puts a # for each character of what is different in every answer. */
function maskText(text: string): string {
	return text.replaceAll(
		/kapikey-[\w.-]+|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{13}/g,
		(found) => "#".repeat(found.length),
	);
}

function bodyOf({ body }: HttpQuestion): string | null {
	return body === undefined ? null : JSON.stringify(body);
}
