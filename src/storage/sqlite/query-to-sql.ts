import { createError } from "../../errors/gateway-error.ts";
import type { Query } from "../../search/query.ts";
import type { Mappings } from "../storage.ts";
import { and, FALSE, type Fragment, or, sql, sum, TRUE } from "./fragment.ts";
import { leafToSql } from "./leaf-to-sql.ts";
import { minimumShouldMatch } from "./minimum-should-match.ts";

/** What a query means for one row `d` of the table `documents`. */
export interface CompiledQuery {
	/** 1 or 0, never null. */
	readonly where: Fragment;
	/** How well a matching row matches; a number where that is the same for every row. */
	readonly score: Fragment | number;
}

export interface QueryContext {
	/** Of the collection that is searched. */
	readonly mappings: Mappings;
	/** What `now` means in dates. */
	readonly now: number;
}

/**
 * Throws `services.storage.invalid_query_keyword` for what SQLite cannot answer, `unexpected_bad_request` for what no
 * store would (a text where a number is looked for): a query is refused rather than answered wrongly.
 */
export function queryToSql(query: Query, context: QueryContext): CompiledQuery {
	const compiled = compile(query, context);
	const { boost } = query;
	return boost === undefined || boost === 1
		? compiled
		: { where: compiled.where, score: times(compiled.score, boost) };
}

function compile(query: Query, context: QueryContext): CompiledQuery {
	switch (query.kind) {
		case "match_all":
			return { where: TRUE, score: 1 };
		case "match_none":
			return { where: FALSE, score: 0 };
		case "ids":
			return { where: hasId(query.values), score: 1 };
		case "bool":
			return compileBool(query, context);
		case "native":
			throw createError("services.storage.invalid_query_keyword", query.clause);
		default:
			return leafToSql(query, context);
	}
}

export function hasId(ids: readonly string[]): Fragment {
	return sql`d.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

type BoolQuery = Extract<Query, { kind: "bool" }>;

function compileBool(query: BoolQuery, context: QueryContext): CompiledQuery {
	const each = (queries: readonly Query[]) =>
		queries.map((part) => queryToSql(part, context));
	const must = each(query.must);
	const filter = each(query.filter);
	const should = each(query.should);
	const mustNot = each(query.mustNot);
	const isEmpty =
		must.length + filter.length + should.length + mustNot.length === 0;
	if (isEmpty) return { where: TRUE, score: 1 };
	return {
		where: and([
			...[...must, ...filter].map(({ where }) => where),
			...requiredOf(should, query),
			...mustNot.map(({ where }) => sql`NOT ${where}`),
		]),
		score: add([
			...must.map(({ score }) => score),
			...should.map((part) =>
				isSure(part) ? part.score : scoreIfMatched(part),
			),
		]),
	};
}

function requiredOf(
	should: readonly CompiledQuery[],
	query: BoolQuery,
): Fragment[] {
	if (should.length === 0) return [];
	const isOptional = query.must.length + query.filter.length > 0;
	const required = minimumShouldMatch(
		should.length,
		query.minimumShouldMatch ?? 0,
	);
	const parts = should.map(({ where }) => where);
	if (required > parts.length) return [FALSE];
	// Where nothing else must match, one of them must, whatever was asked for.
	if (required === 0 && isOptional) return [];
	if (required <= 1) return [or(parts)];
	if (required === parts.length) return parts;
	return [sql`${sum(parts)} >= ${required}`];
}

function isSure({ where, score }: CompiledQuery): boolean {
	return where === TRUE || score === 0;
}

function scoreIfMatched({ where, score }: CompiledQuery): Fragment {
	return sql`iif(${where}, ${toFragment(score)}, 0)`;
}

function times(score: Fragment | number, boost: number): Fragment | number {
	return typeof score === "number" ? score * boost : sql`(${score} * ${boost})`;
}

function add(scores: readonly (Fragment | number)[]): Fragment | number {
	const constant = scores.reduce<number>(
		(total, score) => (typeof score === "number" ? total + score : total),
		0,
	);
	const varying = scores.filter((score) => typeof score !== "number");
	if (varying.length === 0) return constant;
	return sum(constant === 0 ? varying : [...varying, toFragment(constant)]);
}

export function toFragment(score: Fragment | number): Fragment {
	return typeof score === "number" ? sql`${score}` : score;
}
