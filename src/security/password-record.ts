import { isObject } from "../lib/json.ts";
import {
	isWithinLimits,
	type KuzzleAlgorithm,
	kuzzleAlgorithms,
	type Scheme,
	type ScryptCost,
} from "./password-schemes.ts";

/**
 * A stored password, as fields of a credential document. The names are those of Kuzzle's local plugin, so that one
 * document shape serves both formats; `scrypt` is ours and stands only where `algorithm` is "scrypt".
 */
export type PasswordRecord = {
	readonly userPassword: string;
	readonly userSalt: string;
	readonly algorithm: KuzzleAlgorithm | "scrypt";
	readonly stretching: boolean;
	readonly pepper: false;
	/** Null for scrypt, which is neither. */
	readonly encryption: "hmac" | "hash" | null;
	readonly scrypt?: ScryptCost;
};

/** Every field of a record: who writes a new password takes the old ones away first. */
export const passwordFields: readonly (keyof PasswordRecord)[] = [
	"userPassword",
	"userSalt",
	"algorithm",
	"stretching",
	"pepper",
	"encryption",
	"scrypt",
];

export interface ParsedRecord {
	readonly scheme: Scheme;
	readonly salt: string;
	/** The hash, in whatever digest it was written: the document does not say which. */
	readonly stored: string;
}

/** Longest that a record can need: 512 bytes as hex, and 128 bytes of salt as hex. More is not ours, nor Kuzzle's. */
const STORED_CHARACTERS_MAX = 1024;
const SALT_CHARACTERS_MAX = 1024;

/** Reads a stored record, which is not trusted: null when it asks for what we do not know, or for more work than the limits allow. */
export function parseRecord(
	record: Readonly<Record<string, unknown>>,
): ParsedRecord | null {
	const stored = record.userPassword;
	// Old plugin versions hashed without salt.
	const salt = record.userSalt ?? "";
	if (typeof stored !== "string" || stored.length > STORED_CHARACTERS_MAX)
		return null;
	if (typeof salt !== "string" || salt.length > SALT_CHARACTERS_MAX)
		return null;
	// A pepper was a server secret of a plugin version before those that we take over.
	if (stored === "" || record.pepper === true) return null;
	const scheme = parseScheme(record);
	return scheme === null ? null : { scheme, salt, stored };
}

function parseScheme(record: Readonly<Record<string, unknown>>): Scheme | null {
	const { algorithm, stretching, encryption } = record;
	if (algorithm === "scrypt") return parseScrypt(record.scrypt);
	if (!isKuzzleAlgorithm(algorithm)) return null;
	if (stretching === true) return { kind: "pbkdf2", algorithm };
	const kind = encryption ?? "hmac";
	return kind === "hmac" || kind === "hash" ? { kind, algorithm } : null;
}

function parseScrypt(cost: unknown): Scheme | null {
	if (!isObject(cost)) return null;
	const { N, r, p } = cost;
	if (typeof N !== "number" || typeof r !== "number" || typeof p !== "number")
		return null;
	return isWithinLimits({ N, r, p })
		? { kind: "scrypt", cost: { N, r, p } }
		: null;
}

function isKuzzleAlgorithm(name: unknown): name is KuzzleAlgorithm {
	return (kuzzleAlgorithms as readonly unknown[]).includes(name);
}
