import { CompensatedSum } from "./sums.ts";

/** What is known of numbers without keeping them. Without any: as Elasticsearch orders buckets by them. */
export class Statistics {
	count = 0;
	min = Number.POSITIVE_INFINITY;
	max = Number.NEGATIVE_INFINITY;
	readonly #sum = new CompensatedSum();
	readonly #squares = new CompensatedSum();

	add(value: number): void {
		this.count++;
		if (value < this.min) this.min = value;
		if (value > this.max) this.max = value;
		this.#sum.add(value);
		this.#squares.add(value * value);
	}

	get sum(): number {
		return this.#sum.value;
	}

	get avg(): number {
		return this.count === 0 ? Number.NaN : this.sum / this.count;
	}

	/** By Elasticsearch's names; the bounds are so many deviations away from the average. */
	deviations(sigma: number): Record<string, number> {
		const { count, sum, avg } = this;
		const squares = this.#squares.value;
		const deviation = squares - (sum * sum) / count;
		const population =
			count === 0 ? Number.NaN : Math.max(0, deviation / count);
		const sampling =
			count <= 1 ? Number.NaN : Math.max(0, deviation / (count - 1));
		const root = Math.sqrt(population);
		const sampleRoot = Math.sqrt(sampling);
		return {
			sum_of_squares: squares,
			variance: population,
			variance_population: population,
			variance_sampling: sampling,
			std_deviation: root,
			std_deviation_population: root,
			std_deviation_sampling: sampleRoot,
			upper: avg + root * sigma,
			lower: avg - root * sigma,
			upper_population: avg + root * sigma,
			lower_population: avg - root * sigma,
			upper_sampling: avg + sampleRoot * sigma,
			lower_sampling: avg - sampleRoot * sigma,
		};
	}
}
