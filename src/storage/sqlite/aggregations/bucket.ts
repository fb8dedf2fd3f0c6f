import type { JsonObject } from "../../../lib/json.ts";
import type { Collector, Planned, Row } from "./collector.ts";
import type { BucketLimits } from "./limits.ts";

/** How many documents fell into it, and what the aggregations inside have seen of them. */
export class Bucket {
	count = 0;
	readonly children: readonly Collector[];
	readonly #planned: readonly Planned[];

	constructor(planned: readonly Planned[], limits: BucketLimits) {
		limits.collected(1 + planned.length);
		this.#planned = planned;
		this.children =
			planned.length === 0 ? NONE : planned.map((inner) => inner.create());
	}

	collect(row: Row): void {
		this.count++;
		for (const child of this.children) child.collect(row);
	}

	/** `doc_count` and what is inside. */
	toJson(): JsonObject {
		return { doc_count: this.count, ...this.innerJson() };
	}

	innerJson(): JsonObject {
		return toAnswer(this.#planned, this.children);
	}
}

const NONE: readonly Collector[] = [];

/** By name, as they were asked for. */
export function toAnswer(
	planned: readonly Planned[],
	collectors: readonly Collector[],
): JsonObject {
	return Object.fromEntries(
		planned.map(({ name, meta }, index) => [
			name,
			{
				...(meta === undefined ? {} : { meta }),
				...collectors[index]?.toJson(),
			},
		]),
	);
}
