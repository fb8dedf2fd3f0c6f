/** Who makes a request, once its token was checked. */
export interface Caller {
	/** The user's id; "-1" for anonymous. */
	readonly kuid: string;
	/** Never empty; sorted as stored. */
	readonly profileIds: readonly string[];
	/** Null for a caller who gave no token. */
	readonly token: VerifiedToken | null;
}

export interface VerifiedToken {
	/** As the client sent it. A secret: never logged, never stored. */
	readonly text: string;
	readonly kind: "authToken" | "apiKey";
	readonly kuid: string;
	/** Milliseconds since the epoch; -1 never. */
	readonly expiresAt: number;
	/** Milliseconds; -1 for ever. */
	readonly ttl: number;
}

export const ANONYMOUS_KUID = "-1";

export function isAnonymous(caller: Caller): boolean {
	return caller.kuid === ANONYMOUS_KUID;
}
