import { malformed } from "./query-errors.ts";

/** How much a query may ask for, so that a stranger's query costs a bounded amount of work. */
export interface QueryLimits {
	/** How deep clauses, or the JSON inside one clause, may nest. */
	readonly depthMax: number;
	/** Clauses of the whole query, and sort keys. Elasticsearch's own default is 1,024. */
	readonly clausesMax: number;
	/** Values of the whole query. Elasticsearch takes 65,536 in one terms clause. */
	readonly valuesMax: number;
	/** Characters of one text: a value, a field or a key. */
	readonly textLengthMax: number;
	/** Highest `from` + `size`. Elasticsearch's `index.max_result_window`. */
	readonly resultWindowMax: number;
}

export const defaultQueryLimits: QueryLimits = {
	depthMax: 32,
	clausesMax: 1_024,
	valuesMax: 65_536,
	textLengthMax: 32_766,
	resultWindowMax: 10_000,
};

/** What is left of the limits while one query is read. Each method throws once its limit is passed. */
export class QueryBudget {
	readonly limits: QueryLimits;
	#clauses = 0;
	#values = 0;

	constructor(limits: QueryLimits) {
		this.limits = limits;
	}

	depth(depth: number): void {
		if (depth > this.limits.depthMax)
			throw malformed(`it nests deeper than ${this.limits.depthMax} levels`);
	}

	clauses(count: number): void {
		this.#clauses += count;
		if (this.#clauses > this.limits.clausesMax)
			throw malformed(`it has more than ${this.limits.clausesMax} clauses`);
	}

	/** Call it with the length of a list before looking at the list. */
	values(count: number): void {
		this.#values += count;
		if (this.#values > this.limits.valuesMax)
			throw malformed(`it has more than ${this.limits.valuesMax} values`);
	}

	text(text: string): void {
		if (text.length > this.limits.textLengthMax)
			throw malformed(
				`one of its texts is longer than ${this.limits.textLengthMax} characters`,
			);
	}
}
