import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { GatewayError } from "../../../src/errors/gateway-error.ts";
import { ManualClock } from "../../../src/lib/clock.ts";
import type { JsonObject } from "../../../src/lib/json.ts";
import { type Log, silentLog } from "../../../src/lib/log.ts";
import { packageRoot } from "../../../src/lib/package-root.ts";
import {
	createPasswords,
	type PasswordOptions,
	type Passwords,
} from "../../../src/security/passwords.ts";
import {
	createLocalStrategy,
	type LocalStrategy,
	type LocalStrategyOptions,
	localCollections,
} from "../../../src/security/strategies/local.ts";
import type {
	Storage,
	StoredDocument,
	Target,
	WriteOperation,
} from "../../../src/storage/storage.ts";

interface Vectors {
	readonly password: string;
	readonly kuzzle: readonly {
		readonly digest: string;
		readonly record: JsonObject;
	}[];
	readonly scrypt: JsonObject;
}

/** Known hashes, made by Python; see test/security/password-vectors.py. */
export const vectors = JSON.parse(
	readFileSync(
		path.join(packageRoot, "test/security/password-vectors.json"),
		"utf8",
	),
) as Vectors;

export const cheapScrypt = { N: 1024, r: 8, p: 1 };

export interface StrategySetting {
	readonly storage?: Storage;
	readonly passwords?: Partial<PasswordOptions>;
	readonly options?: LocalStrategyOptions;
	/** Called with each verification of a password, a real one or one of nothing. */
	readonly onVerification?: () => void;
}

/** One storage, and strategies on it as nodes would make them. */
export class LocalStrategyTest {
	#storage: Storage | undefined;
	clock = new ManualClock();
	/** Messages that were logged as warnings. */
	warnings: string[] = [];

	get storage(): Storage {
		if (this.#storage === undefined) throw new Error("There is no storage.");
		return this.#storage;
	}

	set storage(storage: Storage) {
		this.#storage = storage;
	}

	get target(): Target {
		const [users] = localCollections;
		if (users === undefined) throw new Error("The strategy has no collection.");
		return users.target;
	}

	async reset(): Promise<void> {
		await this.storage.truncateCollection(this.target);
		this.clock = new ManualClock();
		this.warnings = [];
	}

	strategy(setting: StrategySetting = {}): LocalStrategy {
		const log: Log = {
			...silentLog,
			warn: (_fields, message) => {
				this.warnings.push(message);
			},
		};
		return createLocalStrategy({
			storage: setting.storage ?? this.storage,
			passwords: watched(
				createPasswords({
					format: "portico",
					scryptCost: cheapScrypt,
					concurrency: 2,
					queueMax: 100,
					...setting.passwords,
				}),
				setting.onVerification ?? (() => {}),
			),
			clock: this.clock,
			log,
			...(setting.options === undefined ? {} : { options: setting.options }),
		});
	}

	async document(username: string): Promise<StoredDocument | null> {
		return await this.storage.get(this.target, username);
	}

	async content(username: string): Promise<JsonObject> {
		const document = await this.document(username);
		assert.ok(document, `There is no document ${username}.`);
		return document.content;
	}

	/** Writes what must succeed, past the strategy, and lets searches see it. */
	async put(...operations: WriteOperation[]): Promise<void> {
		const outcomes = await this.storage.write(this.target, operations);
		for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
		await this.storage.refresh(this.target);
	}

	/** Every username in the collection, sorted. */
	async usernames(): Promise<string[]> {
		await this.storage.refresh(this.target);
		const names: string[] = [];
		for await (const page of this.storage.scan([this.target], {
			query: { kind: "match_all" },
		}))
			names.push(...page.map((hit) => hit.id));
		return names.sort((a, b) => (a < b ? -1 : 1));
	}
}

/** Kuzzle's plugin refuses with a status and a message: no id, code or props. */
export async function rejectsBare(
	promise: Promise<unknown>,
	status: number,
): Promise<void> {
	await assert.rejects(promise, (error) => {
		assert.ok(error instanceof GatewayError, String(error));
		assert.deepEqual(
			{ status: error.status, id: error.id, code: error.code },
			{ status, id: undefined, code: undefined },
		);
		assert.notEqual(error.message, "");
		return true;
	});
}

export async function assertLogsIn(
	strategy: LocalStrategy,
	username: string,
	password: string,
	kuid: string,
): Promise<void> {
	const verdict = await strategy.verify({ username, password }, {});
	assert.deepEqual(verdict, { ok: true, kuid });
}

export async function assertRefused(
	strategy: LocalStrategy,
	username: string,
	password: string,
): Promise<void> {
	const verdict = await strategy.verify({ username, password }, {});
	assert.equal(verdict.ok, false);
}

function watched(passwords: Passwords, onVerification: () => void): Passwords {
	return {
		...passwords,
		verify(...args) {
			onVerification();
			return passwords.verify(...args);
		},
		verifyNothing(...args) {
			onVerification();
			return passwords.verifyNothing(...args);
		},
	};
}

/** The real storage, with one of its methods put behind another function. */
export function withMethod<K extends keyof Storage>(
	storage: Storage,
	name: K,
	method: Storage[K],
): Storage {
	return new Proxy(storage, {
		get(real, key) {
			if (key === name) return method;
			const value: unknown = Reflect.get(real, key);
			return typeof value === "function" ? value.bind(real) : value;
		},
	});
}
