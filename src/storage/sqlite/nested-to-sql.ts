import { createError } from "../../errors/gateway-error.ts";
import type { NestedScoreMode, Query } from "../../search/query.ts";
import { badRequest } from "./field-types.ts";
import { FALSE, type Fragment, list, sql } from "./fragment.ts";
import { fieldKey } from "./index-document.ts";
import type { CompiledQuery, QueryContext } from "./query-to-sql.ts";
import { nestedPaths } from "./resolve-field.ts";

/** Objects of a nested field, as rows. */
export interface NestedRows {
	/** What follows FROM. */
	readonly from: Fragment;
	/** For conditions on one of the objects. */
	readonly context: QueryContext;
}

/**
 * The objects are kept in the document's `fields` as a list, under the path of their nested field. `compile` is
 * `queryToSql`, for the query inside.
 */
export function nestedToSql(
	query: Extract<Query, { kind: "nested" }>,
	context: QueryContext,
	compile: (query: Query, context: QueryContext) => CompiledQuery,
): CompiledQuery {
	if (query.innerHits !== undefined)
		throw createError(
			"services.storage.invalid_query_keyword",
			"nested.inner_hits",
		);
	const rows = nestedRows(query.path, context);
	if (rows === undefined) {
		if (query.ignoreUnmapped) return { where: FALSE, score: 0 };
		throw noNestedField(query.path);
	}
	const { where, score } = compile(query.query, rows.context);
	return {
		where: sql`EXISTS (SELECT 1 FROM ${rows.from} WHERE ${where})`,
		score:
			query.scoreMode === "none"
				? 0
				: sql`(SELECT coalesce(${AGGREGATES[query.scoreMode]}(${score}), 0) FROM ${rows.from} WHERE ${where})`,
	};
}

const AGGREGATES: Record<Exclude<NestedScoreMode, "none">, Fragment> = {
	avg: sql`avg`,
	sum: sql`sum`,
	min: sql`min`,
	max: sql`max`,
};

export function noNestedField(path: string) {
	return badRequest(
		`[nested] failed to find nested object under path [${path}]`,
	);
}

/**
 * All objects of the nested field inside what is looked at, at whatever depth. Undefined where there is no such field.
 * Throws `invalid_query_keyword` for a nested field that is not inside the one that is looked at.
 */
export function nestedRows(
	path: string,
	context: QueryContext,
): NestedRows | undefined {
	const paths = nestedPaths(path, context.mappings);
	if (paths === undefined) return undefined;
	const outer = context.nested;
	const around = outer === undefined ? -1 : paths.indexOf(outer.path);
	const steps = paths.slice(around + 1);
	if ((outer !== undefined && around === -1) || steps.length === 0)
		throw createError(
			"services.storage.invalid_query_keyword",
			`nested (of "${path}", inside one of "${outer?.path}")`,
		);
	let fields = outer?.fields ?? sql`d.fields`;
	let depth = outer?.depth ?? 0;
	const tables = steps.map((step) => {
		const name = `n${depth++}`;
		const table = sql`json_each(${fields}, ${`$."${fieldKey(step)}"`}) AS ${raw(name)}`;
		fields = raw(`${name}.value`);
		return table;
	});
	const from = list(tables);
	const fromRoot = outer === undefined ? from : list([outer.from, from]);
	return {
		from,
		context: { ...context, nested: { path, fields, from: fromRoot, depth } },
	};
}

function raw(text: string): Fragment {
	return { sql: text, values: [] };
}
