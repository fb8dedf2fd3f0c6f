import { createError } from "../errors/gateway-error.ts";
import type { Cookie } from "./reply.ts";

/** The cookie that carries a login token. */
export const AUTH_COOKIE = "authToken";

/** The token in a Cookie header (RFC 6265 §4.2.1); null where there is none, or where logout wrote `null`. */
export function readAuthCookie(header: string | undefined): string | null {
	if (header === undefined) return null;
	for (const pair of header.split(";")) {
		const at = pair.indexOf("=");
		if (at === -1 || pair.slice(0, at).trim() !== AUTH_COOKIE) continue;
		const value = decode(unquote(pair.slice(at + 1).trim()));
		return value === "" || value === "null" ? null : value;
	}
	return null;
}

/** `expiresAt` in milliseconds since the epoch; -1: the browser's session. */
export function authCookie(token: string, expiresAt: number): Cookie {
	return {
		name: AUTH_COOKIE,
		value: token,
		...(expiresAt === -1 ? {} : { expiresAt }),
	};
}

/** Makes the browser forget it. */
export const clearedAuthCookie: Cookie = { name: AUTH_COOKIE, value: "null" };

function unquote(value: string): string {
	return value.length > 1 && value.startsWith('"') && value.endsWith('"')
		? value.slice(1, -1)
		: value;
}

function decode(value: string): string {
	if (!value.includes("%")) return value;
	try {
		return decodeURIComponent(value);
	} catch {
		throw createError("security.cookie.invalid");
	}
}
