import { createError, type GatewayError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { checkNativeValue } from "../native-clauses.ts";
import { malformed, quoted } from "../query-errors.ts";
import {
	defaultQueryLimits,
	QueryBudget,
	type QueryLimits,
} from "../query-limits.ts";
import type { Aggregation, AggregationBody } from "./aggregation.ts";
import { parseBucketBody } from "./bucket-bodies.ts";
import { parseComposite } from "./composite-body.ts";
import { METRICS, parseMetricBody } from "./metric-bodies.ts";
import { isNativeType, parseNativeBody } from "./native-bodies.ts";
import { AggregationOptions } from "./read-options.ts";

/**
 * Reads the `aggregations` (or `aggs`) of a search body. Throws `services.storage.unexpected_bad_request` for what
 * Elasticsearch would not read and for a passed limit, and `services.storage.invalid_query_keyword` for scripts and for
 * what names another index.
 */
export function parseAggregations(
	dsl: unknown,
	limits: QueryLimits = defaultQueryLimits,
): Aggregation[] {
	return parseList(dsl, 1, new QueryBudget(limits));
}

function parseList(
	dsl: unknown,
	depth: number,
	budget: QueryBudget,
): Aggregation[] {
	budget.depth(depth);
	if (!isObject(dsl)) throw malformed("[aggregations] must be an object");
	const names = Object.keys(dsl);
	budget.clauses(names.length);
	return names.map((name) => parseOne(name, dsl[name], depth, budget));
}

function parseOne(
	name: string,
	dsl: unknown,
	depth: number,
	budget: QueryBudget,
): Aggregation {
	budget.text(name);
	if (name === "" || /[[\]>]/.test(name))
		throw malformed(
			`Invalid aggregation name ${quoted(name)}. Aggregation names can contain any character except '[', ']', and '>'`,
		);
	if (!isObject(dsl))
		throw malformed(`the aggregation ${quoted(name)} must be an object`);
	const { aggs, aggregations, meta, ...bodies } = dsl;
	if (aggs !== undefined && aggregations !== undefined)
		throw malformed(`Found two sub aggregation definitions under [${name}]`);
	const [type, second] = Object.keys(bodies);
	if (type === undefined)
		throw malformed(`Missing definition for aggregation ${quoted(name)}`);
	if (second !== undefined)
		throw malformed(
			`Found two aggregation type definitions in ${quoted(name)}: ${quoted(type)} and ${quoted(second)}`,
		);
	const inner = aggs ?? aggregations;
	const parsed = inner === undefined ? [] : parseList(inner, depth + 1, budget);
	if (parsed.length > 0 && (METRICS.has(type) || type === "top_hits"))
		throw malformed(
			`Aggregator ${quoted(name)} of type [${type}] cannot accept sub-aggregations`,
		);
	return {
		name,
		body: parseBody(type, bodies[type], depth, budget),
		aggregations: parsed,
		...readMeta(meta, depth, budget),
	};
}

function parseBody(
	type: string,
	argument: unknown,
	depth: number,
	budget: QueryBudget,
): AggregationBody {
	const options = new AggregationOptions(
		type,
		// The argument of a filter is a query.
		type === "filter" ? { filter: argument } : argument,
		budget,
	);
	const native = (refused: string) =>
		parseNativeBody(options, argument, refused, depth);
	// A script is refused by its own name, before an option that is not read is.
	if (type !== "filter" && type !== "filters")
		checkScripts(argument, depth, budget);
	const parsed =
		type === "composite"
			? parseComposite(options)
			: (parseMetricBody(type, options) ??
				parseBucketBody(type, options, depth));
	if (typeof parsed === "string") return native(parsed);
	if (parsed !== undefined) return parsed;
	if (!isNativeType(type)) throw unknownType(type);
	return native(type);
}

function checkScripts(
	argument: unknown,
	depth: number,
	budget: QueryBudget,
): void {
	if (isObject(argument) && argument.script !== undefined)
		checkNativeValue({ script: argument.script }, depth, budget);
}

function unknownType(type: string): GatewayError {
	return createError(
		"services.storage.unexpected_bad_request",
		`Unknown aggregation type ${quoted(type)}`,
	);
}

function readMeta(
	meta: unknown,
	depth: number,
	budget: QueryBudget,
): { meta?: JsonObject } {
	if (meta === undefined) return {};
	if (!isObject(meta)) throw malformed("[meta] must be an object");
	// It is answered, never read: only its size matters. A name in it is no clause.
	checkSize(meta, depth + 1, budget);
	return { meta: meta as JsonObject };
}

function checkSize(value: unknown, depth: number, budget: QueryBudget): void {
	budget.depth(depth);
	if (typeof value === "string") budget.text(value);
	if (typeof value !== "object" || value === null) return;
	const members = Object.entries(value);
	budget.values(members.length);
	for (const [key, member] of members) {
		budget.text(key);
		checkSize(member, depth + 1, budget);
	}
}
