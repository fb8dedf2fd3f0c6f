import { createHash } from "node:crypto";
import type { Cache, CacheNamespace } from "../cache/cache.ts";
import { createError } from "../errors/gateway-error.ts";
import { toAddressBlock } from "../lib/address-block.ts";
import type { Verdict } from "./strategies/strategy.ts";

export interface LoginLimits {
	/** Failures of one account from one address before tries must wait. */
	readonly failuresPerAccount: number;
	/** Failures from one address before tries must wait. */
	readonly failuresPerAddress: number;
	/** How long failures are counted together. */
	readonly windowMs: number;
	readonly delayMaxMs: number;
}

export interface LoginAttempt {
	readonly strategy: string;
	/** Whose credentials are claimed, as the strategy tells it; null where that is not known before they are checked. */
	readonly account: string | null;
	readonly address: string;
}

const DELAY_MS = 1000;
/** More doublings than any configured delay needs. */
const DOUBLINGS_MAX = 40;
/** Each takes some 100 bytes. Beyond, the oldest go first; a single address cannot add many (docs/adr/0009). */
const ENTRIES_MAX = 100_000;

/**
 * Slows down who guesses. An attempt is counted before it is made, so that many at once are no way around, and given back when it was no
 * failure. Failures are counted by account and address together, and by address alone, never by account alone: so what strangers do at
 * other addresses keeps nobody out. All nodes of one cache count together.
 */
export class LoginThrottle {
	readonly #counts: CacheNamespace;
	readonly #limits: LoginLimits;

	constructor({ cache, limits }: { cache: Cache; limits: LoginLimits }) {
		this.#counts = cache.namespace("login-failures", {
			durable: false,
			entriesMax: ENTRIES_MAX,
		});
		this.#limits = limits;
	}

	/** Runs the verification, or rejects with `api.process.too_many_logins_requests` without running it. */
	async guard(
		attempt: LoginAttempt,
		verify: () => Promise<Verdict>,
	): Promise<Verdict> {
		const { failuresPerAccount, failuresPerAddress } = this.#limits;
		const address = toAddressBlock(attempt.address);
		const ofAddress = keyOf(address);
		const ofAccount =
			attempt.account === null
				? null
				: keyOf(address, attempt.strategy, attempt.account);
		if (ofAccount !== null) await this.#count(ofAccount, failuresPerAccount);
		await this.#count(ofAddress, failuresPerAddress);
		const verdict = await this.#orGiveBack([ofAccount, ofAddress], verify);
		if (verdict.ok === true) {
			await this.#giveBack(ofAddress);
			if (ofAccount !== null) await this.#forget(ofAccount);
		}
		if (verdict.ok === "continue") await this.#giveBack(ofAccount, ofAddress);
		return verdict;
	}

	/** A fault of ours, and a right password that is past its day, are no guesses. */
	async #orGiveBack(
		keys: readonly (string | null)[],
		verify: () => Promise<Verdict>,
	): Promise<Verdict> {
		try {
			return await verify();
		} catch (error) {
			await this.#giveBack(...keys);
			throw error;
		}
	}

	/** Beyond the free ones, an attempt needs the turn, which one attempt gets per delay. */
	async #count(key: string, free: number): Promise<void> {
		if ((await this.#counts.get(turnOf(key))) !== null) throw tooMany();
		const ttlMs = this.#limits.windowMs;
		const attempts = await this.#counts.increment(countOf(key), 1, { ttlMs });
		if (attempts <= free) return;
		const delay = { ttlMs: this.#delayMs(attempts - free) };
		const isOurs = await this.#counts.setIfAbsent(turnOf(key), "", delay);
		if (!isOurs) throw tooMany();
	}

	#delayMs(surplus: number): number {
		const doublings = Math.min(surplus - 1, DOUBLINGS_MAX);
		return Math.min(DELAY_MS * 2 ** doublings, this.#limits.delayMaxMs);
	}

	async #giveBack(...keys: readonly (string | null)[]): Promise<void> {
		const ttlMs = this.#limits.windowMs;
		for (const key of keys) {
			if (key !== null)
				await this.#counts.increment(countOf(key), -1, { ttlMs });
		}
	}

	async #forget(key: string): Promise<void> {
		await this.#counts.delete(countOf(key));
		await this.#counts.delete(turnOf(key));
	}
}

/** Of one length, whatever clients send, and no names are left in the cache. */
function keyOf(...parts: readonly string[]): string {
	return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

function countOf(key: string): string {
	return `count/${key}`;
}

function turnOf(key: string): string {
	return `turn/${key}`;
}

function tooMany() {
	return createError("api.process.too_many_logins_requests");
}
