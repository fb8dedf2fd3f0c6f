import type { Cookie } from "../../src/call/reply.ts";

/** The value of a Set-Cookie header (RFC 6265 §4.1). Scripts never read these cookies, other sites never send them. */
export function serializeCookie(cookie: Cookie, secure: boolean): string {
	const expires =
		cookie.expiresAt === undefined
			? ""
			: ` Expires=${new Date(cookie.expiresAt).toUTCString()};`;
	return `${cookie.name}=${cookie.value}; Path=/;${expires} HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
}
