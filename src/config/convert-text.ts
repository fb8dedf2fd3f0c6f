import { isSecretName } from "../lib/mask-secrets.ts";
import type { Key } from "./key.ts";

/** The text after `*json:` is not JSON. */
export class NotJson extends Error {}

/**
 * Text as Kuzzle converts it: `*json:<JSON>` is parsed, "true", "false", whole and decimal numbers become what they
 * say. A key that wants text keeps it; where the wanted type is not known, so does a member whose name ends in
 * "version" or names a secret ("012345" is a good password).
 */
export function convertText(
	value: string,
	name: string,
	key: Key<unknown>,
): unknown {
	if (value.startsWith(JSON_MARK)) return parseMarked(value);
	if (key.keepsText) return value;
	if (!isTyped(key) && (/version$/i.test(name) || isSecretName(name)))
		return value;
	if (value === "true") return true;
	if (value === "false") return false;
	return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

/** As `convertText`, for each text inside an object that came from a source that knows only text. */
export function convertMembers(value: object, key: Key<unknown>): object {
	return Object.fromEntries(
		Object.entries(value).map(([name, member]: [string, unknown]) => {
			if (typeof member === "string")
				return [name, convertText(member, name, key)];
			if (
				typeof member === "object" &&
				member !== null &&
				!Array.isArray(member)
			)
				return [name, convertMembers(member, key)];
			return [name, member];
		}),
	);
}

/** The value of `*json:<JSON>`; undefined for any other value. */
export function parseMarked(value: unknown): unknown {
	if (typeof value !== "string" || !value.startsWith(JSON_MARK)) return;
	try {
		return JSON.parse(value.slice(JSON_MARK.length));
	} catch {
		throw new NotJson();
	}
}

const JSON_MARK = "*json:";

function isTyped(key: Key<unknown>): boolean {
	return !key.merges && (key.status === "honoured" || key.status === "own");
}
