import { isObject } from "./json.ts";

/**
 * Takes secrets out of text that is about to be logged or shown: login tokens and API keys, bare JWTs, `authToken`
 * cookies, Authorization values, password-like members of JSON (also of JSON inside JSON text), of query strings and
 * of forms, and passwords in URLs. It errs on the side of masking. Linear in the length of the text.
 */
export function maskSecrets(text: string): string {
	let masked = text;
	for (const [pattern, replacement] of PATTERNS)
		masked = masked.replace(pattern, replacement);
	return masked;
}

/**
 * A copy fit for a log or for a person's eyes: what stands under a secret's name is masked, all text goes through
 * `maskSecrets`. Errors become plain objects. What refers to itself or lies very deep is cut.
 */
export function maskValue(value: unknown): unknown {
	return maskDeep(value, []);
}

export const MASK = "***";

/** True for a member name that holds a secret, whatever its case: password, secret, token, jwt, authorization, apiKey… */
export function isSecretName(name: string): boolean {
	return SECRET_NAME.test(name);
}

const NAMES =
	"[\\w-]{0,32}(?:password|passwd|passphrase|secret|token|jwt|api[_-]?key|private[_-]?key|bearer|authorization|cookie)";
const SECRET_NAME = new RegExp(`^${NAMES}$|^pass$|^pfx$`, "i");
/** Under these names even an object or a list is a secret; `authToken`, `jwt` and `apiKey` also name groups of configuration keys. */
const SECRET_GROUP_NAME = /(?:password|passwd|passphrase|secret)$/i;

/** Each repetition either is bounded, or starts where the character before cannot be part of it: no quadratic scans. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
	[/(kauth|kapikey)-[\w.~+/=-]+/g, `$1-${MASK}`],
	[/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, MASK],
	[/(authToken=)[^;\s"\\]+/gi, `$1${MASK}`],
	[/\b(Bearer|Basic)( {1,8})[^\s"'\\,;]+/gi, `$1$2${MASK}`],
	[
		new RegExp(
			`("(?:${NAMES}|pass)"\\s{0,8}:\\s{0,8})(?:"(?:[^"\\\\]|\\\\.)*"?|-?\\d[\\d.eE+-]*)`,
			"gis",
		),
		`$1"${MASK}"`,
	],
	[
		// The same inside text that was itself put into JSON, once or more. There a quote has backslashes before it (\1),
		// and a backslash of the value is twice as many and two more.
		new RegExp(
			`(?<!\\\\)(\\\\{1,64})"(${NAMES}|pass)\\1"(\\s{0,8}:\\s{0,8})(?:\\1".*?(?:(?<!\\\\)(?:\\1\\1\\\\\\\\)*\\1"|$)|-?\\d[\\d.eE+-]*)`,
			"gis",
		),
		`$1"$2$1"$3$1"${MASK}$1"`,
	],
	[
		new RegExp(`(?<![\\w-])(${NAMES}|pass)=(?!\\*)[^&\\s"'\\\\;]+`, "gi"),
		`$1=${MASK}`,
	],
	[/(\/\/[^/\s:@"]{0,128}:)[^/\s@"]{1,512}(?=@)/g, `$1${MASK}`],
];

const DEPTH_MAX = 12;

function maskDeep(value: unknown, above: readonly unknown[]): unknown {
	if (typeof value === "string") return maskSecrets(value);
	if (typeof value === "bigint") return String(value);
	if (typeof value !== "object" || value === null) return value;
	if (above.includes(value)) return "[circular]";
	if (above.length >= DEPTH_MAX) return "[deep]";
	const path = [...above, value];
	if (value instanceof Error) return maskError(value, path);
	if (Array.isArray(value)) return value.map((item) => maskDeep(item, path));
	if (value instanceof Map || value instanceof Set)
		return maskDeep([...value], path);
	if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
	if (hasOwnText(value)) return maskDeep(value.toJSON(), path);
	return maskMembers(value, path);
}

function maskMembers(
	value: object,
	path: readonly unknown[],
): Record<string, unknown> {
	const masked: Record<string, unknown> = {};
	for (const [name, member] of Object.entries(value))
		define(
			masked,
			name,
			isSecretMember(name, member) ? MASK : maskDeep(member, path),
		);
	return masked;
}

/** Plain assignment to `__proto__` would change the object instead of adding a member. */
function define(target: object, name: string, value: unknown): void {
	Object.defineProperty(target, name, {
		value,
		enumerable: true,
		configurable: true,
		writable: true,
	});
}

function isSecretMember(name: string, value: unknown): boolean {
	if (value === null || value === undefined || typeof value === "boolean")
		return false;
	if (!isSecretName(name)) return false;
	return !isObject(value) || SECRET_GROUP_NAME.test(name);
}

function maskError(error: Error, path: readonly unknown[]): object {
	const { name, message, stack, cause, ...members } = error;
	return {
		type: name,
		message: maskSecrets(message),
		...(stack === undefined ? {} : { stack: maskSecrets(stack) }),
		...maskMembers(members, path),
		...(cause === undefined ? {} : { cause: maskDeep(cause, path) }),
	};
}

function hasOwnText(value: object): value is { toJSON(): unknown } {
	return "toJSON" in value && typeof value.toJSON === "function";
}
