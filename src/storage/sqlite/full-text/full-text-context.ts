/** What the queries for words have in common. */
import { isErrorId } from "../../../errors/gateway-error.ts";
import type { Query, Scalar } from "../../../search/query.ts";
import { FALSE } from "../fragment.ts";
import type { CompiledQuery, QueryContext } from "../query-to-sql.ts";
import { tokens } from "../tokens.ts";
import { present } from "../value-conditions.ts";

export interface FullTextContext extends QueryContext {
	readonly compile: (query: Query, context: QueryContext) => CompiledQuery;
}

export const NOTHING: CompiledQuery = { where: FALSE, score: 0 };

export function wordsOf(query: Scalar): string[] {
	return tokens(String(present(query)));
}

/** One of the queries must match; the best score counts, and the others times the tie breaker. */
export function bestOf(
	queries: readonly Query[],
	{
		tieBreaker,
		isLenient,
		context,
	}: { tieBreaker: number; isLenient: boolean; context: FullTextContext },
): Query {
	const possible = isLenient
		? queries.filter((query) => isPossible(query, context))
		: queries;
	return possible.length === 0
		? { kind: "match_none" }
		: { kind: "dis_max", queries: possible, tieBreaker };
}

/** False for a value that the field cannot have. */
function isPossible(query: Query, context: FullTextContext): boolean {
	try {
		context.compile(query, { ...context, isScored: false });
		return true;
	} catch (error) {
		if (isErrorId(error, "services.storage.unexpected_bad_request"))
			return false;
		throw error;
	}
}
