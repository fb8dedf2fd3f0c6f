/** A sum of doubles that does not lose the small ones: Kahan's, as Elasticsearch does it. */
export class CompensatedSum {
	#value = 0;
	#delta = 0;

	add(value: number): void {
		// Once it is infinite or no number, plain addition keeps it right.
		if (!Number.isFinite(value)) {
			this.#value += value;
			return;
		}
		if (!Number.isFinite(this.#value)) return;
		const corrected = value + this.#delta;
		const sum = this.#value + corrected;
		this.#delta = corrected - (sum - this.#value);
		this.#value = sum;
	}

	get value(): number {
		return this.#value;
	}
}
