import { deflateSync, gzipSync } from "node:zlib";
import { isObject } from "../../src/lib/json.ts";

/**
 * The bytes of a recorded request body or frame: JSON as it stands, or one of `{$text}`, `{$base64}`,
 * `{$repeat: {before, text, times, after}}`, `{$gzip: body}`, `{$deflate: body}`.
 */
export function toPayload(body: unknown): Buffer {
	const special = specialForm(body);
	if (special === null) return Buffer.from(JSON.stringify(body));
	const [form, content] = special;
	return FORMS[form]?.(content) ?? unknownForm(form);
}

const FORMS: Readonly<Record<string, (content: unknown) => Buffer>> = {
	$text: (text) => Buffer.from(String(text)),
	$base64: (text) => Buffer.from(String(text), "base64"),
	$repeat: (content) => {
		const { before, text, times, after } = content as {
			before: string;
			text: string;
			times: number;
			after: string;
		};
		return Buffer.from(before + text.repeat(times) + after);
	},
	$gzip: (body) => gzipSync(toPayload(body)),
	$deflate: (body) => deflateSync(toPayload(body)),
};

function specialForm(body: unknown): [string, unknown] | null {
	if (!isObject(body)) return null;
	const entries = Object.entries(body);
	const first = entries[0];
	return entries.length === 1 && first?.[0].startsWith("$") ? first : null;
}

function unknownForm(form: string): never {
	throw new Error(`The recording has a body of an unknown form: ${form}`);
}
