import {
	createError,
	type GatewayError,
} from "../../../errors/gateway-error.ts";
import { badRequest } from "../field-types.ts";
import { PAGE_LENGTH_MAX } from "../read-rows.ts";

/** Elasticsearch's default for `search.max_buckets`. */
const ANSWERED_MAX = 65_536;

/** Buckets and collectors in them, while counting: some hundred bytes each. */
const COLLECTED_MAX = 1_000_000;

/** Documents that `top_hits` keep in all buckets. */
const KEPT_HITS_MAX = 200_000;

/** Values that are kept to count the different ones, or for percentiles, in all buckets. */
const KEPT_VALUES_MAX = 2_000_000;

/** Keeps one search from filling the memory of everybody. Each method throws `unexpected_bad_request`, in Elasticsearch's words. */
export class BucketLimits {
	#collected = 0;
	#answered = 0;
	#hits = 0;
	#values = 0;
	#contents = 0;

	collected(count: number): void {
		this.#collected += count;
		if (this.#collected > COLLECTED_MAX) throw tooMany(COLLECTED_MAX);
	}

	/** Buckets that are not needed any more. */
	released(count: number): void {
		this.#collected -= count;
	}

	answered(count: number): void {
		this.#answered += count;
		if (this.#answered > ANSWERED_MAX) throw tooMany(ANSWERED_MAX);
	}

	/** So many more, or, when negative, fewer. */
	keptValues(count: number): void {
		this.#values += count;
		if (this.#values > KEPT_VALUES_MAX)
			throw badRequest(
				`the values that are kept for all buckets are more than ${KEPT_VALUES_MAX}`,
			);
	}

	/** Characters of the contents of top hits. Throws `get_limit_exceeded`, as a page of a search does. */
	contents(length: number): void {
		this.#contents += length;
		if (this.#contents > PAGE_LENGTH_MAX)
			throw createError("services.storage.get_limit_exceeded");
	}

	keptHit(): void {
		this.#hits++;
		if (this.#hits > KEPT_HITS_MAX)
			throw badRequest(
				`the top hits of all buckets are more than ${KEPT_HITS_MAX}`,
			);
	}
}

function tooMany(max: number): GatewayError {
	return badRequest(
		`Trying to create too many buckets. Must be less than or equal to: [${max}] but this number of buckets was exceeded.`,
	);
}
