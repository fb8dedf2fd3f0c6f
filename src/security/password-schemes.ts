import { createHash, createHmac, pbkdf2, scrypt } from "node:crypto";
import { promisify } from "node:util";

/** A way to turn a password and a salt into a key. */
export type Scheme =
	| { readonly kind: "scrypt"; readonly cost: ScryptCost }
	| {
			readonly kind: "pbkdf2" | "hmac" | "hash";
			readonly algorithm: KuzzleAlgorithm;
	  };

/** RFC 7914 §2: cost (a power of two), block size, parallelisation. */
export type ScryptCost = {
	readonly N: number;
	readonly r: number;
	readonly p: number;
};

export const kuzzleAlgorithms = [
	"sha1",
	"sha224",
	"sha256",
	"sha384",
	"sha512",
] as const;
export type KuzzleAlgorithm = (typeof kuzzleAlgorithms)[number];

export const SCRYPT_KEY_BYTES = 32;

/** The local plugin's, and not stored with the hash. */
const PBKDF2_ITERATIONS = 10_000;
/** The plugin takes digest sizes in bits as byte counts (and 40 for sha1): odd, but so the stored hashes are. */
const PBKDF2_KEY_BYTES: Readonly<Record<KuzzleAlgorithm, number>> = {
	sha1: 40,
	sha224: 224,
	sha256: 256,
	sha384: 384,
	sha512: 512,
};
const DIGEST_BYTES: Readonly<Record<KuzzleAlgorithm, number>> = {
	sha1: 20,
	sha224: 28,
	sha256: 32,
	sha384: 48,
	sha512: 64,
};

/** What one hash may cost, however a stored record was doctored: 128 MiB, and the work of OWASP's dearest advice (N = 2^17, r = 8, p = 1). */
const SCRYPT_MEMORY_BYTES_MAX = 128 * 1024 * 1024;
const SCRYPT_WORK_MAX = 2 ** 20;

const scryptAsync = promisify<
	string,
	Buffer,
	number,
	{ N: number; r: number; p: number; maxmem: number },
	Buffer
>(scrypt);
const pbkdf2Async = promisify(pbkdf2);

export async function deriveKey(
	scheme: Scheme,
	password: string,
	salt: string,
): Promise<Buffer> {
	switch (scheme.kind) {
		case "scrypt":
			return await scryptAsync(
				password,
				Buffer.from(salt, "hex"),
				SCRYPT_KEY_BYTES,
				{ ...scheme.cost, maxmem: memoryBytes(scheme.cost) },
			);
		case "pbkdf2":
			return await pbkdf2Async(
				password,
				salt,
				PBKDF2_ITERATIONS,
				PBKDF2_KEY_BYTES[scheme.algorithm],
				scheme.algorithm,
			);
		case "hmac":
			return createHmac(scheme.algorithm, salt).update(password).digest();
		case "hash":
			return createHash(scheme.algorithm)
				.update(salt === "" ? password : `${salt}:${password}`)
				.digest();
	}
}

export function keyBytes(scheme: Scheme): number {
	if (scheme.kind === "scrypt") return SCRYPT_KEY_BYTES;
	const bytes = scheme.kind === "pbkdf2" ? PBKDF2_KEY_BYTES : DIGEST_BYTES;
	return bytes[scheme.algorithm];
}

export function isSameScheme(one: Scheme, other: Scheme): boolean {
	if (one.kind === "scrypt" || other.kind === "scrypt") {
		return (
			one.kind === "scrypt" &&
			other.kind === "scrypt" &&
			one.cost.N === other.cost.N &&
			one.cost.r === other.cost.r &&
			one.cost.p === other.cost.p
		);
	}
	return one.kind === other.kind && one.algorithm === other.algorithm;
}

/** Whether scrypt takes these parameters and a hash with them stays affordable. */
export function isWithinLimits(cost: ScryptCost): boolean {
	const { N, r, p } = cost;
	if (![N, r, p].every((value) => Number.isSafeInteger(value) && value >= 1))
		return false;
	if (N < 2 || !Number.isInteger(Math.log2(N))) return false;
	return 128 * N * r <= SCRYPT_MEMORY_BYTES_MAX && N * r * p <= SCRYPT_WORK_MAX;
}

/** What OpenSSL allocates: p blocks of 128 r bytes, and N + 2 more to mix them in. */
function memoryBytes({ N, r, p }: ScryptCost): number {
	return 128 * r * (N + p + 2);
}
