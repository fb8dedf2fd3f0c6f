import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { packageRoot } from "../../src/lib/package-root.ts";
import {
	isWithinLimits,
	kuzzleAlgorithms,
} from "../../src/security/password-schemes.ts";
import {
	createPasswords as createRealPasswords,
	defaultKuzzlePasswordOptions,
	type KuzzlePasswordOptions,
	type PasswordDigest,
	type PasswordOptions,
	type StoredRecord,
} from "../../src/security/passwords.ts";

interface Vectors {
	readonly password: string;
	readonly kuzzle: readonly {
		readonly digest: PasswordDigest;
		readonly record: StoredRecord;
	}[];
	readonly scrypt: StoredRecord;
}

/** Made by Python; see password-vectors.py. */
const vectors = JSON.parse(
	readFileSync(
		path.join(packageRoot, "test/security/password-vectors.json"),
		"utf8",
	),
) as Vectors;

const cheap = { N: 1024, r: 8, p: 1 };
const limits = { concurrency: 2, queueMax: 100 };

function createPasswords(options: Partial<PasswordOptions> = {}) {
	return createRealPasswords({
		format: "portico",
		scryptCost: cheap,
		...limits,
		...options,
	});
}

const createKuzzlePasswords = (options: Partial<KuzzlePasswordOptions> = {}) =>
	createPasswords({
		format: "kuzzle",
		kuzzleOptions: { ...defaultKuzzlePasswordOptions, ...options },
	});

describe("known hashes", () => {
	const passwords = createPasswords();

	test("there is one of each algorithm, way and digest", () => {
		assert.equal(vectors.kuzzle.length, kuzzleAlgorithms.length * 4 * 2);
	});

	for (const { digest, record } of vectors.kuzzle) {
		const way = record.stretching === true ? "pbkdf2" : record.encryption;
		const salt = record.userSalt === "" ? "no salt" : "salt";
		test(`${record.algorithm} ${way} ${digest}, ${salt}`, async () => {
			assert.equal(await passwords.verify(vectors.password, record), true);
			assert.equal(await passwords.verify("another", record), false);
		});
	}

	test("scrypt with parameters of its own", async () => {
		assert.equal(
			await passwords.verify(vectors.password, vectors.scrypt),
			true,
		);
		assert.equal(await passwords.verify("another", vectors.scrypt), false);
	});

	test("scrypt, the second vector of RFC 7914 §12 (its first 32 bytes)", async () => {
		const record = {
			userPassword:
				"fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162",
			userSalt: Buffer.from("NaCl").toString("hex"),
			algorithm: "scrypt",
			scrypt: { N: 1024, r: 8, p: 16 },
		};
		assert.equal(await passwords.verify("password", record), true);
	});

	test("a missing encryption means hmac, a missing salt none", async () => {
		const hmac = vectors.kuzzle.find(
			({ record }) => !record.stretching && record.encryption === "hmac",
		);
		const { encryption: _encryption, ...withoutEncryption } =
			hmac?.record ?? {};
		assert.equal(
			await passwords.verify(vectors.password, withoutEncryption),
			true,
		);
		const unsalted = vectors.kuzzle.find(
			({ record }) => record.userSalt === "",
		);
		const { userSalt: _salt, ...withoutSalt } = unsalted?.record ?? {};
		assert.equal(await passwords.verify(vectors.password, withoutSalt), true);
	});
});

describe("the portico format", () => {
	test("writes scrypt with its parameters, and verifies it", async () => {
		const passwords = createPasswords();
		const record = await passwords.hash("secret");
		assert.deepEqual(
			{ ...record, userPassword: "", userSalt: "" },
			{
				userPassword: "",
				userSalt: "",
				algorithm: "scrypt",
				stretching: true,
				pepper: false,
				encryption: null,
				scrypt: cheap,
			},
		);
		assert.match(record.userPassword, /^[0-9a-f]{64}$/);
		assert.match(record.userSalt, /^[0-9a-f]{32}$/);
		assert.equal(await passwords.verify("secret", record), true);
		assert.equal(await passwords.verify("Secret", record), false);
		assert.equal(passwords.needsRehash(record), false);
	});

	test("salts each hash anew", async () => {
		const passwords = createPasswords();
		const one = await passwords.hash("secret");
		const other = await passwords.hash("secret");
		assert.notEqual(one.userSalt, other.userSalt);
		assert.notEqual(one.userPassword, other.userPassword);
	});

	test("costs by default what OWASP advises, in 32 MiB", async () => {
		const record = await createRealPasswords({
			format: "portico",
			...limits,
		}).hash("secret");
		assert.deepEqual(record.scrypt, { N: 32_768, r: 8, p: 3 });
	});

	test("renews hashes of another cost, and Kuzzle's", async () => {
		const passwords = createPasswords();
		assert.equal(passwords.needsRehash(vectors.scrypt), true);
		for (const { record } of vectors.kuzzle)
			assert.equal(passwords.needsRehash(record), true);
	});
});

describe("the kuzzle format", () => {
	for (const { digest, record } of vectors.kuzzle) {
		if (record.userSalt === "") continue;
		const options = {
			algorithm: record.algorithm,
			stretching: record.stretching,
			encryption: record.encryption,
			digest,
		} as KuzzlePasswordOptions;
		const way = record.stretching === true ? "pbkdf2" : record.encryption;
		test(`writes ${record.algorithm} ${way} ${digest}`, async () => {
			const passwords = createKuzzlePasswords(options);
			const written = await passwords.hash("secret");
			const shape = { ...written, userPassword: "", userSalt: "" };
			assert.deepEqual(shape, { ...record, userPassword: "", userSalt: "" });
			assert.equal(
				written.userPassword.length,
				String(record.userPassword).length,
			);
			assert.match(written.userSalt, /^[0-9a-f]{256}$/);
			assert.equal(await passwords.verify("secret", written), true);
			assert.equal(await passwords.verify("another", written), false);
			assert.equal(passwords.needsRehash(written), false);
			assert.equal(passwords.needsRehash(record), false);
		});
	}

	test("is the plugin's default: stretched sha512 as 1,024 hex characters", async () => {
		const record = await createPasswords({ format: "kuzzle" }).hash("secret");
		assert.equal(record.algorithm, "sha512");
		assert.match(record.userPassword, /^[0-9a-f]{1024}$/);
	});

	test("renews whatever is written otherwise, scrypt too", async () => {
		const passwords = createKuzzlePasswords({ algorithm: "sha256" });
		for (const { digest, record } of vectors.kuzzle) {
			const same =
				record.algorithm === "sha256" &&
				record.stretching === true &&
				digest === "hex";
			assert.equal(passwords.needsRehash(record), !same);
		}
		assert.equal(passwords.needsRehash(vectors.scrypt), true);
	});

	test("stretching with hash is refused at start", () => {
		assert.throws(
			() => createKuzzlePasswords({ encryption: "hash" }),
			/stretching/,
		);
	});
});

describe("records that are not to be trusted", () => {
	const passwords = createPasswords();
	const [good] = vectors.kuzzle;
	const base: StoredRecord = good?.record ?? {};
	const doctored: Record<string, StoredRecord> = {
		"no hash": {},
		"an empty hash": { ...base, userPassword: "" },
		"a hash that is no text": { ...base, userPassword: 3 },
		"a huge hash": { ...base, userPassword: "a".repeat(1025) },
		"a huge salt": { ...base, userSalt: "a".repeat(1025) },
		"a salt that is no text": { ...base, userSalt: {} },
		"an unknown algorithm": { ...base, algorithm: "md5" },
		"no algorithm": { ...base, algorithm: undefined },
		"an inherited name as algorithm": { ...base, algorithm: "constructor" },
		"an unknown encryption": {
			...base,
			stretching: false,
			encryption: "rot13",
		},
		"a pepper": { ...base, pepper: true },
		"scrypt without parameters": { ...vectors.scrypt, scrypt: undefined },
		"scrypt with too much memory": scrypt(2 ** 20, 8, 1),
		"scrypt with too much work": scrypt(2 ** 14, 8, 1000),
		"scrypt with an N that is no power of two": scrypt(1000, 8, 1),
		"scrypt with N = 1": scrypt(1, 8, 1),
		"scrypt with a negative N": scrypt(-1024, 8, 1),
		"scrypt with a fraction": scrypt(1024, 0.5, 1),
		"scrypt with text": scrypt("1024", 8, 1),
		"scrypt with an infinite p": scrypt(1024, 8, Number.POSITIVE_INFINITY),
	};

	function scrypt(N: unknown, r: unknown, p: unknown): StoredRecord {
		return { ...vectors.scrypt, scrypt: { N, r, p } };
	}

	for (const [name, record] of Object.entries(doctored)) {
		test(`${name} never verifies`, async () => {
			assert.equal(await passwords.verify(vectors.password, record), false);
			assert.equal(passwords.canRead(record), false);
			assert.equal(passwords.needsRehash(record), false);
		});
	}

	test("a hash cut short does not verify", async () => {
		const userPassword = String(vectors.scrypt.userPassword).slice(0, -2);
		const record = { ...vectors.scrypt, userPassword };
		assert.equal(passwords.canRead(record), true);
		assert.equal(await passwords.verify(vectors.password, record), false);
	});

	test("every setting that OWASP advises is within the limits", () => {
		for (const [N, r, p] of [
			[2 ** 17, 8, 1],
			[2 ** 16, 8, 2],
			[2 ** 15, 8, 3],
			[2 ** 14, 8, 5],
			[2 ** 13, 8, 10],
		] as const) {
			assert.equal(isWithinLimits({ N, r, p }), true);
		}
		assert.throws(() => createPasswords({ scryptCost: { N: 3, r: 8, p: 1 } }));
	});
});

describe("work", () => {
	test("verifying nothing is false", async () => {
		assert.equal(await createPasswords().verifyNothing("secret"), false);
		assert.equal(await createKuzzlePasswords().verifyNothing("secret"), false);
	});

	test("hashing, verifying and verifying nothing share one bounded queue", async () => {
		const passwords = createPasswords({ concurrency: 1, queueMax: 1 });
		const record = await passwords.hash("secret");
		for (const work of [
			() => passwords.hash("secret"),
			() => passwords.verify("secret", record),
			() => passwords.verifyNothing("secret"),
			() => passwords.verify("secret", {}),
		]) {
			const running = passwords.hash("one");
			const waiting = passwords.hash("two");
			await assert.rejects(work(), (error) =>
				isErrorId(error, "api.process.overloaded"),
			);
			await Promise.all([running, waiting]);
		}
	});

	test("an aborted caller does not wait for its turn", async () => {
		const passwords = createPasswords({ concurrency: 1, queueMax: 5 });
		const gone = new AbortController();
		const running = passwords.hash("one");
		const waiting = passwords.verifyNothing("two", gone.signal);
		gone.abort(new Error("gone"));
		await assert.rejects(waiting, { message: "gone" });
		await running;
	});
});
