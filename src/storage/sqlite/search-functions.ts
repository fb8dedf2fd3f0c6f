import type { Connection } from "../../sqlite/connection.ts";
import type { Scorer } from "./field-index.ts";

/** How many calls go by between two looks at the clock. */
const CALLS_PER_LOOK = 256;

/**
 * What SQL calls while a search runs: `in_time()`, 1 until the time of the search is over and 0 from then on, so that what was
 * found by then is answered; `text_score(place, document, length)`, by the scorers of the search. One per connection.
 */
export class SearchFunctions {
	/** Of the search that runs. */
	scorers: Scorer[] = [];
	#deadline = Number.POSITIVE_INFINITY;
	#calls = 0;
	#isOver = false;

	constructor(connection: Connection) {
		connection.define("in_time", () => (this.isOver() ? 0 : 1));
		connection.define("text_score", (place, document, length) => {
			const score = this.scorers[Number(place)];
			return score === undefined ? 0 : score(Number(document), Number(length));
		});
	}

	/** A search begins. Undefined: it may take any time. */
	begin(timeoutMs: number | undefined): void {
		this.scorers = [];
		this.#calls = 0;
		this.#isOver = timeoutMs !== undefined && timeoutMs <= 0;
		this.#deadline =
			timeoutMs === undefined
				? Number.POSITIVE_INFINITY
				: performance.now() + timeoutMs;
	}

	/** Whether the time is over; once it is, it stays so. */
	isOver(): boolean {
		if (!this.#isOver && ++this.#calls % CALLS_PER_LOOK === 0)
			this.#isOver = performance.now() > this.#deadline;
		return this.#isOver;
	}
}
