import { randomBytes, timingSafeEqual } from "node:crypto";
import { createHashQueue, type HashQueueLimits } from "./hash-queue.ts";
import {
	type ParsedRecord,
	type PasswordRecord,
	parseRecord,
} from "./password-record.ts";
import {
	deriveKey,
	isSameScheme,
	isWithinLimits,
	type KuzzleAlgorithm,
	keyBytes,
	type Scheme,
	type ScryptCost,
} from "./password-schemes.ts";

/**
 * Hashes and verifies passwords. Records of both formats verify, whichever format new ones are written in.
 * `hash`, `verify` and `verifyNothing` reject with `api.process.overloaded` (503) when too many wait,
 * and with the signal's reason when it is aborted while they wait.
 */
export interface Passwords {
	hash(password: string, signal?: AbortSignal): Promise<PasswordRecord>;
	/** False, too, for a record that cannot be read; that costs what a wrong password does. */
	verify(
		password: string,
		record: StoredRecord,
		signal?: AbortSignal,
	): Promise<boolean>;
	/** The work of a verification, for a username that does not exist: its answer must not come sooner than a wrong password's. */
	verifyNothing(password: string, signal?: AbortSignal): Promise<false>;
	/** Whether the record is readable and written otherwise than `hash` would write it now. */
	needsRehash(record: StoredRecord): boolean;
	/** False for a record of an unknown kind, or one that asks for more work than a hash may cost. */
	canRead(record: StoredRecord): boolean;
}

/** The fields of a `PasswordRecord`, as they came from the store. */
export type StoredRecord = Readonly<Record<string, unknown>>;

export interface PasswordOptions extends HashQueueLimits {
	/** `portico`: new hashes are scrypt. `kuzzle`: as the local plugin writes them, so that the database can be handed back. */
	readonly format: "portico" | "kuzzle";
	readonly kuzzleOptions?: KuzzlePasswordOptions;
	/** Default N = 2^15, r = 8, p = 3: of the settings that OWASP's password storage cheat sheet holds equal, the one that takes 32 MiB. */
	readonly scryptCost?: ScryptCost;
}

/** The local plugin's options of the same names. */
export interface KuzzlePasswordOptions {
	readonly algorithm: KuzzleAlgorithm;
	readonly stretching: boolean;
	readonly digest: PasswordDigest;
	readonly encryption: "hmac" | "hash";
}

export type PasswordDigest = (typeof digests)[number];
const digests = ["hex", "base64", "base64url", "latin1"] as const;

export const defaultKuzzlePasswordOptions: KuzzlePasswordOptions = {
	algorithm: "sha512",
	stretching: true,
	digest: "hex",
	encryption: "hmac",
};

const DEFAULT_SCRYPT_COST: ScryptCost = { N: 2 ** 15, r: 8, p: 3 };
const SCRYPT_SALT_BYTES = 16;
const KUZZLE_SALT_BYTES = 128;

/** Throws a plain Error for options that make no sense together: they come from the operator, at start. */
export function createPasswords(options: PasswordOptions): Passwords {
	const queue = createHashQueue(options);
	const writer = createWriter(options);
	const nothing = { scheme: writer.scheme, salt: writer.makeSalt() };

	async function verifyNothing(
		password: string,
		signal?: AbortSignal,
	): Promise<false> {
		await queue.run(
			() => deriveKey(nothing.scheme, password, nothing.salt),
			signal,
		);
		return false;
	}

	return {
		verifyNothing,
		async hash(password, signal) {
			const salt = writer.makeSalt();
			const key = await queue.run(
				() => deriveKey(writer.scheme, password, salt),
				signal,
			);
			return writer.toRecord(key, salt);
		},
		async verify(password, record, signal) {
			const parsed = parseRecord(record);
			if (parsed === null) return await verifyNothing(password, signal);
			const key = await queue.run(
				() => deriveKey(parsed.scheme, password, parsed.salt),
				signal,
			);
			return isStoredKey(key, parsed);
		},
		needsRehash(record) {
			const parsed = parseRecord(record);
			return parsed !== null && !writer.wouldWrite(parsed);
		},
		canRead: (record) => parseRecord(record) !== null,
	};
}

/** How new records are written. */
interface Writer {
	readonly scheme: Scheme;
	makeSalt(): string;
	toRecord(key: Buffer, salt: string): PasswordRecord;
	wouldWrite(parsed: ParsedRecord): boolean;
}

function createWriter(options: PasswordOptions): Writer {
	return options.format === "portico"
		? createScryptWriter(options.scryptCost ?? DEFAULT_SCRYPT_COST)
		: createKuzzleWriter(options.kuzzleOptions ?? defaultKuzzlePasswordOptions);
}

function createScryptWriter(cost: ScryptCost): Writer {
	if (!isWithinLimits(cost)) {
		throw new Error(
			"The scrypt cost is out of bounds: N is a power of two, 128 * N * r at most 128 MiB, N * r * p at most 2^20.",
		);
	}
	const scheme: Scheme = { kind: "scrypt", cost };
	return {
		scheme,
		makeSalt: () => randomBytes(SCRYPT_SALT_BYTES).toString("hex"),
		toRecord: (key, salt) => ({
			userPassword: key.toString("hex"),
			userSalt: salt,
			algorithm: "scrypt",
			stretching: true,
			pepper: false,
			encryption: null,
			scrypt: cost,
		}),
		wouldWrite: (parsed) => isSameScheme(parsed.scheme, scheme),
	};
}

function createKuzzleWriter(options: KuzzlePasswordOptions): Writer {
	const { algorithm, stretching, digest, encryption } = options;
	if (stretching && encryption === "hash") {
		throw new Error(
			'Password stretching needs the encryption "hmac": "hash" cannot be stretched.',
		);
	}
	const scheme: Scheme = {
		kind: stretching ? "pbkdf2" : encryption,
		algorithm,
	};
	// The document does not name its digest; its length does.
	const characters = Buffer.alloc(keyBytes(scheme)).toString(digest).length;
	return {
		scheme,
		makeSalt: () => randomBytes(KUZZLE_SALT_BYTES).toString("hex"),
		toRecord: (key, salt) => ({
			userPassword: key.toString(digest),
			userSalt: salt,
			algorithm,
			stretching,
			pepper: false,
			encryption,
		}),
		wouldWrite: (parsed) =>
			isSameScheme(parsed.scheme, scheme) &&
			parsed.stored.length === characters,
	};
}

/** Tries each digest that the plugin could have been set to. Which of them fits is no secret; the texts are compared in constant time. */
function isStoredKey(key: Buffer, { stored }: ParsedRecord): boolean {
	const expected = Buffer.from(stored);
	return digests.some((digest) => {
		const actual = Buffer.from(key.toString(digest));
		return (
			actual.length === expected.length && timingSafeEqual(actual, expected)
		);
	});
}
