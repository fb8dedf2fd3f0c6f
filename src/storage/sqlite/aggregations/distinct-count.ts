import { createHash } from "node:crypto";

/** Up to here the count is exact: as far as Elasticsearch's greatest precision threshold. */
const EXACT_MAX = 40_000;

const HASH_MAX = 2 ** 48;

/**
 * How many different values there are, in bounded memory. Beyond a limit a sample of them is kept: those whose hash is
 * below a bound, which is halved whenever they become too many (Wegman's adaptive sampling; about 0.7 % off).
 */
export class DistinctCount {
	readonly #onKept: ((count: number) => void) | undefined;
	#exact: Set<string | number> | undefined = new Set();
	readonly #hashes = new Set<number>();
	#share = 1;

	/** `onKept` is told how many values more are kept. */
	constructor(onKept?: (count: number) => void) {
		this.#onKept = onKept;
	}

	add(value: string | number): void {
		if (this.#exact !== undefined) {
			const before = this.#exact.size;
			this.#exact.add(value);
			if (this.#exact.size > before) this.#onKept?.(1);
			if (this.#exact.size > EXACT_MAX) this.#toSample(this.#exact);
			return;
		}
		this.#sample(value);
	}

	get value(): number {
		return this.#exact?.size ?? Math.round(this.#hashes.size / this.#share);
	}

	#toSample(values: Iterable<string | number>): void {
		this.#exact = undefined;
		for (const value of values) this.#sample(value);
	}

	#sample(value: string | number): void {
		const hash = hashOf(value);
		if (hash >= HASH_MAX * this.#share) return;
		this.#hashes.add(hash);
		while (this.#hashes.size > EXACT_MAX) {
			this.#share /= 2;
			for (const known of this.#hashes)
				if (known >= HASH_MAX * this.#share) this.#hashes.delete(known);
		}
	}
}

function hashOf(value: string | number): number {
	return createHash("sha1")
		.update(`${typeof value} ${value}`)
		.digest()
		.readUIntBE(0, 6);
}
