import { createError } from "../../src/errors/gateway-error.ts";

/** A file of a form, as actions read it. */
interface FormFile {
	readonly filename: string;
	/** Its media type: Kuzzle's name for it. Absent where the client gave none. */
	readonly encoding?: string;
	/** Base64. */
	readonly file: string;
}

const BLANK_LINE = Buffer.from("\r\n\r\n");
const NAME = /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/i;
const FILENAME = /;\s*filename=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/i;

/**
 * A multipart/form-data body (RFC 7578) that is wholly in memory, within the limits of any body: an object of its fields, text
 * or files. Of two fields of one name the last counts, as with the keys of JSON. What cannot be read as a part is skipped; a
 * body without any part is an empty form. Fails with `network.http.file_too_large`.
 */
export function parseMultipart(
	body: Buffer,
	contentType: string,
	fileBytesMax: number,
): Record<string, unknown> {
	const form: Record<string, unknown> = Object.create(null);
	const boundary = boundaryOf(contentType);
	if (boundary === null) return form;
	for (const part of partsOf(body, boundary)) {
		const blank = part.indexOf(BLANK_LINE);
		if (blank === -1) continue;
		const head = part.subarray(0, blank).toString("utf8");
		const content = part.subarray(blank + BLANK_LINE.length);
		const disposition = headerOf(head, "content-disposition");
		const name = parameterOf(disposition, NAME);
		if (name === null) continue;
		const filename = parameterOf(disposition, FILENAME);
		form[name] =
			filename === null
				? content.toString("utf8")
				: toFile(filename, head, content, fileBytesMax);
	}
	return form;
}

function toFile(
	filename: string,
	head: string,
	content: Buffer,
	fileBytesMax: number,
): FormFile {
	if (content.length > fileBytesMax) {
		throw createError("network.http.file_too_large");
	}
	const type = headerOf(head, "content-type");
	const file = content.toString("base64");
	return type === "" ? { filename, file } : { filename, encoding: type, file };
}

function boundaryOf(contentType: string): string | null {
	const match = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
	return match?.[1] ?? match?.[2] ?? null;
}

/** What stands between the delimiter lines (RFC 2046 §5.1.1), up to the closing one. A last part that is not closed is dropped. */
function* partsOf(body: Buffer, boundary: string): Generator<Buffer> {
	const delimiter = Buffer.from(`\r\n--${boundary}`);
	const first = delimiter.subarray(2);
	let at = body.subarray(0, first.length).equals(first)
		? first.length
		: endOf(body, delimiter, 0);
	while (at !== -1 && !isClosing(body, at)) {
		const line = body.indexOf("\r\n", at);
		if (line === -1) return;
		const next = body.indexOf(delimiter, line);
		if (next === -1) return;
		yield body.subarray(line + 2, next);
		at = next + delimiter.length;
	}
}

function endOf(body: Buffer, delimiter: Buffer, from: number): number {
	const at = body.indexOf(delimiter, from);
	return at === -1 ? -1 : at + delimiter.length;
}

function isClosing(body: Buffer, at: number): boolean {
	return body[at] === 0x2d && body[at + 1] === 0x2d;
}

/** The value of a header of a part; empty where it is missing. */
function headerOf(head: string, name: string): string {
	for (const line of head.split("\r\n")) {
		const colon = line.indexOf(":");
		if (colon === -1) continue;
		if (line.slice(0, colon).trim().toLowerCase() === name) {
			return line.slice(colon + 1).trim();
		}
	}
	return "";
}

/** Browsers write a quote inside a name as %22, other clients as \" (RFC 7578 §4.2). */
function parameterOf(disposition: string, pattern: RegExp): string | null {
	const match = pattern.exec(disposition);
	if (match === null) return null;
	const quoted = match[1]?.replace(/\\(["\\])/g, "$1");
	return quoted ?? match[2] ?? null;
}
