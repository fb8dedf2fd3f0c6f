import { createError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";
import { parseCompound } from "./compound-clauses.ts";
import { parseLeaf } from "./leaf-clauses.ts";
import { parseNative } from "./native-clauses.ts";
import type { Query } from "./query.ts";
import { malformed, quoted } from "./query-errors.ts";
import {
	defaultQueryLimits,
	QueryBudget,
	type QueryLimits,
} from "./query-limits.ts";

/**
 * Reads a query of the Elasticsearch DSL. An empty one matches everything. Only clauses known to be harmless pass:
 * none names another index, none holds a script.
 *
 * Throws `api.assert.invalid_type` (with `name`) when it is not an object, `services.storage.unexpected_bad_request`
 * for an unknown clause, a malformed one and a passed limit, and `services.storage.invalid_query_keyword` for a forbidden one.
 */
export function parseQuery(
	dsl: unknown,
	limits: QueryLimits = defaultQueryLimits,
	name = "body.query",
): Query {
	if (!isObject(dsl))
		throw createError("api.assert.invalid_type", name, "object");
	// Elasticsearch refuses an empty object here; Kuzzle sends it match_all instead.
	if (Object.keys(dsl).length === 0) return { kind: "match_all" };
	return parseClause(dsl, 1, new QueryBudget(limits));
}

/** Reads a query that stands inside something else, at this depth, and shares its limits. Here an empty object is no query. */
export function parseInnerQuery(
	dsl: unknown,
	depth: number,
	budget: QueryBudget,
): Query {
	return parseClause(dsl, depth, budget);
}

/** One clause: an object of one key, which names it. */
function parseClause(dsl: unknown, depth: number, budget: QueryBudget): Query {
	budget.depth(depth);
	budget.clauses(1);
	if (!isObject(dsl)) throw malformed("a clause must be an object");
	const [clause, ...others] = Object.keys(dsl);
	if (clause === undefined) throw malformed("it has an empty clause");
	if (others.length > 0)
		throw malformed(
			`one object holds several clauses, ${quoted(clause)} and others; join them with bool`,
		);
	const argument = dsl[clause];
	const parse = (part: unknown) => parseClause(part, depth + 1, budget);
	return (
		parseCompound(clause, argument, parse, budget) ??
		parseLeaf(clause, argument, budget) ??
		parseNative(clause, argument, { depth, budget, parse })
	);
}
