import { isObject } from "../lib/json.ts";
import { malformed } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";

/** All of a document, nothing of it, or the members whose paths fit a pattern. No pattern to include stands for all. */
export type SourceFilter =
	| boolean
	| {
			readonly includes: readonly string[];
			readonly excludes: readonly string[];
	  };

/** Reads `_source`: a flag, a path, a list of them, or `{includes, excludes}`. Undefined where nothing is said. */
export function readSourceFilter(
	source: unknown,
	budget: QueryBudget,
): SourceFilter | undefined {
	if (source === undefined || source === null) return undefined;
	if (typeof source === "boolean") return source;
	if (!isObject(source))
		return { includes: readPaths(source, budget), excludes: [] };
	const { includes, include, excludes, exclude, ...others } = source;
	if (Object.keys(others).length > 0)
		throw malformed("[_source] takes [includes] and [excludes]");
	return {
		includes: readPaths(includes ?? include, budget),
		excludes: readPaths(excludes ?? exclude, budget),
	};
}

/** A path, or a list of them. */
export function readPaths(value: unknown, budget: QueryBudget): string[] {
	const list = value === undefined || value === null ? [] : [value].flat();
	budget.values(list.length);
	for (const item of list) {
		if (typeof item !== "string")
			throw malformed("[_source] must name fields by texts");
		budget.text(item);
	}
	return list as string[];
}

/** Writes it as Elasticsearch reads it. */
export function sourceFilterToDsl(source: SourceFilter | undefined): unknown {
	if (typeof source !== "object") return source;
	const { includes, excludes } = source;
	return {
		...(includes.length === 0 ? {} : { includes }),
		...(excludes.length === 0 ? {} : { excludes }),
	};
}
