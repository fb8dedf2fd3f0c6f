import { createBareError } from "../../errors/gateway-error.ts";

/** What a client sent; nothing of it is trusted. */
export type Credentials = Readonly<Record<string, unknown>>;

export interface LocalCredentials {
	readonly username: string;
	readonly password: string;
}

/** What someone who logs in claims; null for a field that no stored credentials can match. */
export interface LoginClaim {
	readonly username: string | null;
	readonly password: string | null;
}

/** The username is the document's id, and Elasticsearch takes ids of at most 512 bytes. */
const USERNAME_BYTES_MAX = 512;

/** Control characters, and halves of surrogate pairs: a store would write those otherwise than they came, and two names would become one. */
const UNFIT_CHARACTER = /[\p{Cc}\p{Surrogate}]/u;

/**
 * Reads and checks credentials. Refusals carry a status and no id, as those of Kuzzle's local plugin do.
 * Hashing a password costs time with its length, so that its bytes are limited.
 */
export interface CredentialsReader {
	/** Rejects with a bare 400 unless both fields are given and fit. */
	readNew(credentials: Credentials): LocalCredentials;
	/** Rejects with a bare 400 unless at least one field is given, and fits. */
	readChanges(credentials: Credentials): Partial<LocalCredentials>;
	/** Null when a field is missing. */
	readLogin(credentials: Credentials): LoginClaim | null;
}

export function createCredentialsReader(
	passwordBytesMax: number,
): CredentialsReader {
	function readPassword(password: unknown): string {
		if (typeof password !== "string" || password === "") {
			throw createBareError(400, "The password must be a text, and not empty.");
		}
		if (Buffer.byteLength(password) > passwordBytesMax) {
			throw createBareError(
				400,
				`The password is too long: at most ${passwordBytesMax} bytes are taken.`,
			);
		}
		return password;
	}

	return {
		readNew(credentials) {
			refuseKuid(credentials);
			const { username, password } = credentials;
			return {
				username: readUsername(username),
				password: readPassword(password),
			};
		},
		readChanges(credentials) {
			refuseKuid(credentials);
			const { username, password } = credentials;
			if (username === undefined && password === undefined) {
				throw createBareError(
					400,
					"Nothing to change: give a username, a password, or both.",
				);
			}
			return {
				...(username === undefined ? {} : { username: readUsername(username) }),
				...(password === undefined ? {} : { password: readPassword(password) }),
			};
		},
		readLogin({ username, password }) {
			if (isAbsent(username) || isAbsent(password)) return null;
			return {
				username: fits(username, USERNAME_BYTES_MAX),
				password: fits(password, passwordBytesMax),
			};
		},
	};
}

function refuseKuid(credentials: Credentials): void {
	if (credentials.kuid !== undefined) {
		throw createBareError(
			400,
			"Credentials cannot name a kuid: they belong to the user of the request.",
		);
	}
}

function readUsername(username: unknown): string {
	if (typeof username !== "string" || username === "") {
		throw createBareError(400, "The username must be a text, and not empty.");
	}
	if (Buffer.byteLength(username) > USERNAME_BYTES_MAX) {
		throw createBareError(
			400,
			`The username is too long: at most ${USERNAME_BYTES_MAX} bytes are taken.`,
		);
	}
	if (UNFIT_CHARACTER.test(username)) {
		throw createBareError(
			400,
			"The username holds a control character or broken Unicode.",
		);
	}
	return username;
}

function isAbsent(field: unknown): boolean {
	return field === undefined || field === null || field === "";
}

/** The text if it is one of bearable length. Names with odd characters pass: Kuzzle may have stored them. */
function fits(field: unknown, bytesMax: number): string | null {
	return typeof field === "string" && Buffer.byteLength(field) <= bytesMax
		? field
		: null;
}
