import type { SortMode } from "../../search/query.ts";
import type { Connection } from "../../sqlite/connection.ts";

/** The one number that stands for several; null for none. */
export function choose(
	values: readonly number[],
	mode: SortMode,
): number | null {
	if (values.length === 0) return null;
	switch (mode) {
		case "min":
			return values.reduce((a, b) => Math.min(a, b));
		case "max":
			return values.reduce((a, b) => Math.max(a, b));
		case "sum":
			return values.reduce((a, b) => a + b);
		case "avg":
			return values.reduce((a, b) => a + b) / values.length;
		case "median": {
			const sorted = [...values].sort((a, b) => a - b);
			const middle = Math.floor(sorted.length / 2);
			const upper = sorted[middle] as number;
			return sorted.length % 2 === 1
				? upper
				: ((sorted[middle - 1] as number) + upper) / 2;
		}
	}
}

export function defineSortFunctions(connection: Connection): void {
	connection.define("as_float", (value) =>
		value === null ? null : Math.fround(Number(value)),
	);
	connection.define("median_of", (values) =>
		choose(JSON.parse(String(values)) as number[], "median"),
	);
}
