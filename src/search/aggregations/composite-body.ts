import { isObject } from "../../lib/json.ts";
import type { Scalar } from "../query.ts";
import { readScalar } from "../read-option.ts";
import type { CompositeSource } from "./aggregation.ts";
import {
	DATE_INTERVAL,
	readDateInterval,
	readInterval,
} from "./histogram-bodies.ts";
import type { Parsed } from "./metric-bodies.ts";
import { AggregationOptions, given } from "./read-options.ts";

/** Answers as `parseMetricBody`. */
export function parseComposite(options: AggregationOptions): Parsed {
	options.check(["size", "sources", "after"], []);
	const parts = options.any("sources");
	if (!Array.isArray(parts) || parts.length === 0)
		throw options.bad("sources", "must be a list that is not empty");
	options.budget.clauses(parts.length);
	const sources: CompositeSource[] = [];
	for (const part of parts) {
		const source = parseSource(part, options);
		if (typeof source === "string") return source;
		if (sources.some(({ name }) => name === source.name))
			throw options.bad("sources", "must have different names");
		sources.push(source);
	}
	return {
		kind: "composite",
		size: options.integer("size", 1) ?? 10,
		sources,
		...given("after", readAfter(options, sources)),
	};
}

const COMMON = ["field", "order", "missing_bucket", "missing_order"];

/** A text names what only Elasticsearch answers. */
function parseSource(
	part: unknown,
	parent: AggregationOptions,
): CompositeSource | string {
	const [name, ...others] = isObject(part) ? Object.keys(part) : [];
	const inner = isObject(part) && name !== undefined ? part[name] : undefined;
	const [kind, ...more] = isObject(inner) ? Object.keys(inner) : [];
	if (name === undefined || kind === undefined || others.length + more.length)
		throw parent.bad("sources", "must hold one named source each");
	const { budget } = parent;
	budget.text(name);
	const options = new AggregationOptions(
		`composite.${kind}`,
		(inner as Record<string, unknown>)[kind],
		budget,
	);
	switch (kind) {
		case "terms":
			return (
				options.check(COMMON, ["script", "value_type", "format"]) ?? {
					kind,
					...readCommon(name, options),
				}
			);
		case "histogram":
			return (
				options.check([...COMMON, "interval"], ["script", "value_type"]) ?? {
					kind,
					...readCommon(name, options),
					interval: readInterval(options),
				}
			);
		case "date_histogram":
			return (
				options.check(
					[...COMMON, ...DATE_INTERVAL, "format"],
					["script", "value_type"],
				) ?? {
					kind,
					...readCommon(name, options),
					...readDateInterval(options),
					...given("format", options.text("format")),
				}
			);
		default:
			return `composite.${kind}`;
	}
}

function readCommon(name: string, options: AggregationOptions) {
	return {
		name,
		field: options.field(),
		order: options.word("order", ["asc", "desc"]) ?? "asc",
		missingBucket: options.flag("missing_bucket", false),
		missingOrder:
			options.word("missing_order", ["first", "last", "default"]) ?? "default",
	} as const;
}

function readAfter(
	options: AggregationOptions,
	sources: readonly CompositeSource[],
): Record<string, Scalar> | undefined {
	const after = options.any("after");
	if (after === undefined) return undefined;
	if (!isObject(after) || Object.keys(after).length !== sources.length)
		throw options.bad("after", "must have a value for each source");
	return Object.fromEntries(
		sources.map(({ name, missingBucket }) => {
			const value = after[name];
			if (value === undefined)
				throw options.bad("after", "must have a value for each source");
			if (value === null && !missingBucket)
				throw options.bad("after", "may be null for a missing bucket only");
			return [
				name,
				value === null ? null : readScalar(value, name, options.budget),
			];
		}),
	);
}
