/** Up to here every value is kept. */
const EXACT_MAX = 20_000;

const BUFFER_MAX = 5_000;
const COMPRESSION = 100;

interface Centroid {
	readonly mean: number;
	readonly weight: number;
}

/**
 * Quantiles in bounded memory: exact while there are few values, then by a merging t-digest (Dunning and Ertl,
 * "Computing extremely accurate quantiles using t-digests", 2019), which is most precise at both ends.
 */
export class Digest {
	readonly #compression: number;
	readonly #onKept: ((count: number) => void) | undefined;
	#values: number[] = [];
	#centroids: Centroid[] = [];
	#min = Number.POSITIVE_INFINITY;
	#max = Number.NEGATIVE_INFINITY;
	#isSorted = true;

	/** `onKept` is told how many values more are kept, or fewer. */
	constructor(compression = COMPRESSION, onKept?: (count: number) => void) {
		this.#onKept = onKept;
		this.#compression = Math.max(20, Math.min(1_000, compression));
	}

	add(value: number): void {
		this.#values.push(value);
		this.#onKept?.(1);
		this.#isSorted = false;
		if (value < this.#min) this.#min = value;
		if (value > this.#max) this.#max = value;
		const isSmall = this.#centroids.length === 0;
		if (this.#values.length > (isSmall ? EXACT_MAX : BUFFER_MAX)) this.#merge();
	}

	/** NaN where there are no values. */
	quantile(part: number): number {
		if (this.#centroids.length > 0) {
			if (this.#values.length > 0) this.#merge();
			return this.#fromCentroids(part);
		}
		if (!this.#isSorted) {
			this.#values.sort((a, b) => a - b);
			this.#isSorted = true;
		}
		const values = this.#values;
		const at = part * (values.length - 1);
		const low = values[Math.floor(at)];
		if (low === undefined) return Number.NaN;
		const high = values[Math.floor(at) + 1] ?? low;
		return low + (at - Math.floor(at)) * (high - low);
	}

	/** Neighbours are joined as long as they stay short on a scale that is finest at both ends. */
	#merge(): void {
		const all = [
			...this.#centroids,
			...this.#values.map((mean) => ({ mean, weight: 1 })),
		].sort((a, b) => a.mean - b.mean);
		const total = all.reduce((sum, { weight }) => sum + weight, 0);
		const scale = (part: number) =>
			(this.#compression / (2 * Math.PI)) *
			Math.asin(2 * Math.min(1, Math.max(0, part)) - 1);
		const merged: Centroid[] = [];
		let before = 0;
		let current = all[0] as Centroid;
		for (const next of all.slice(1)) {
			const weight = current.weight + next.weight;
			const end = (before + weight) / total;
			if (scale(end) - scale(before / total) <= 1) {
				const mean =
					current.mean + ((next.mean - current.mean) * next.weight) / weight;
				current = { mean, weight };
				continue;
			}
			merged.push(current);
			before += current.weight;
			current = next;
		}
		merged.push(current);
		this.#onKept?.(-this.#values.length);
		this.#centroids = merged;
		this.#values = [];
	}

	/** Each centroid stands for the middle of its weight; between two of them, and towards both ends, it is a straight line. */
	#fromCentroids(part: number): number {
		const total = this.#centroids.reduce((sum, { weight }) => sum + weight, 0);
		const at = part * total;
		let before = 0;
		let left = { at: 0, value: this.#min };
		for (const { mean, weight } of this.#centroids) {
			const right = { at: before + weight / 2, value: mean };
			if (at <= right.at) return between(left, right, at);
			left = right;
			before += weight;
		}
		return between(left, { at: total, value: this.#max }, at);
	}
}

interface Point {
	readonly at: number;
	readonly value: number;
}

function between(left: Point, right: Point, at: number): number {
	if (right.at <= left.at) return right.value;
	const share = (at - left.at) / (right.at - left.at);
	return left.value + share * (right.value - left.value);
}
