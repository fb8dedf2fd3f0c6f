import { createError } from "../../errors/gateway-error.ts";
import type { Query } from "../../search/query.ts";
import type { Mappings } from "../storage.ts";
import { type Candidates, fewestOf, unionOf } from "./candidates.ts";
import type { FieldIndex } from "./field-index.ts";
import {
	and,
	FALSE,
	type Fragment,
	list,
	or,
	sql,
	sum,
	TRUE,
} from "./fragment.ts";
import { fullTextToSql } from "./full-text/full-text-to-sql.ts";
import { geoToSql } from "./geo/geo-to-sql.ts";
import { leafToSql } from "./leaf-to-sql.ts";
import { minimumShouldMatch } from "./minimum-should-match.ts";
import { nestedToSql } from "./nested-to-sql.ts";

/** What a query means for one row `d` of the table `documents`. */
export interface CompiledQuery {
	/** 1 or 0, never null. */
	readonly where: Fragment;
	/** How well a matching row matches; a number where that is the same for every row. */
	readonly score: Fragment | number;
	/** Where an index can tell which documents to look at. */
	readonly candidates?: Candidates | undefined;
}

export interface QueryContext {
	/** Of the collection that is searched. */
	readonly mappings: Mappings;
	/** What `now` means in dates. */
	readonly now: number;
	/** Of the collection that is searched. */
	readonly index: FieldIndex;
	/** False where nobody looks at the score. */
	readonly isScored: boolean;
	/** The objects of a nested field that are looked at in place of documents. */
	readonly nested?: NestedScope;
}

export interface NestedScope {
	readonly path: string;
	/** The JSON of the object, which its fields are read from. */
	readonly fields: Fragment;
	/** The tables that its row comes from, for the statistics of all objects. */
	readonly from: Fragment;
	/** How many objects stand around its fields. */
	readonly depth: number;
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
		: { ...compiled, score: times(compiled.score, boost) };
}

function compile(query: Query, context: QueryContext): CompiledQuery {
	switch (query.kind) {
		case "match_all":
			return { where: TRUE, score: 1 };
		case "match_none":
			return { where: FALSE, score: 0 };
		case "ids":
			return idsToSql(query.values, context);
		case "bool":
			return compileBool(query, context);
		case "nested":
			return nestedToSql(query, context, queryToSql);
		case "constant_score":
			return { ...queryToSql(query.query, unscored(context)), score: 1 };
		case "dis_max":
			return compileDisMax(query, context);
		case "boosting":
			return compileBoosting(query, context);
		case "geo_distance":
		case "geo_bounding_box":
		case "geo_polygon":
			return geoToSql(query, context);
		case "match_phrase":
		case "match_phrase_prefix":
		case "match_bool_prefix":
		case "multi_match":
		case "query_string":
		case "simple_query_string":
			return fullTextToSql(query, context, queryToSql);
		case "native":
			throw createError("services.storage.invalid_query_keyword", query.clause);
		default:
			return leafToSql(query, context);
	}
}

function idsToSql(
	ids: readonly string[],
	{ index, nested }: QueryContext,
): CompiledQuery {
	const where = hasId(ids);
	if (nested !== undefined) return { where, score: 1 };
	const select = sql`SELECT d.number AS number FROM documents AS d WHERE d.collection = ${index.collection} AND ${where}`;
	return { where, score: 1, candidates: { select, rest: TRUE } };
}

export function hasId(ids: readonly string[]): Fragment {
	return sql`d.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

type BoolQuery = Extract<Query, { kind: "bool" }>;

function compileBool(query: BoolQuery, context: QueryContext): CompiledQuery {
	const each = (queries: readonly Query[], within = context) =>
		queries.map((part) => queryToSql(part, within));
	const must = each(query.must);
	const filter = each(query.filter, unscored(context));
	const should = each(query.should);
	const mustNot = each(query.mustNot, unscored(context));
	const isEmpty =
		must.length + filter.length + should.length + mustNot.length === 0;
	if (isEmpty) return { where: TRUE, score: 1 };
	const required = requiredOf(should, query);
	const excluded = mustNot.map(({ where }) => sql`NOT ${where}`);
	const all = [...must, ...filter];
	const isAnyOf = all.length === 0 && should.length > 0;
	return {
		where: and([...all.map(({ where }) => where), ...required, ...excluded]),
		candidates: isAnyOf
			? unionOf(should, [
					...(isOneEnough(should, query) ? [] : required),
					...excluded,
				])
			: fewestOf(all, [...required, ...excluded], context.index),
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
	const isOptional = query.must.length + query.filter.length > 0;
	if (should.length === 0) {
		// More are asked for than there are; where nothing must match either, Elasticsearch overlooks it.
		const wanted = minimumShouldMatch(0, query.minimumShouldMatch ?? 0);
		return isOptional && wanted > 0 ? [FALSE] : [];
	}
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

/** The best score, and the other ones times the tie breaker. */
function compileDisMax(
	{ queries, tieBreaker }: Extract<Query, { kind: "dis_max" }>,
	context: QueryContext,
): CompiledQuery {
	const parts = queries.map((query) => queryToSql(query, context));
	const scores = parts.map((part) =>
		isSure(part) ? toFragment(part.score) : scoreIfMatched(part),
	);
	// Each score is written once: written twice, clauses in clauses would make a statement of any length.
	const rows = list(
		scores.map((score) => sql`(${score})`),
		", ",
	);
	const score = sql`(SELECT max(column1) + ${tieBreaker} * (sum(column1) - max(column1)) FROM (VALUES ${rows}))`;
	return {
		where: or(parts.map(({ where }) => where)),
		score,
		candidates: unionOf(parts, []),
	};
}

function compileBoosting(
	query: Extract<Query, { kind: "boosting" }>,
	context: QueryContext,
): CompiledQuery {
	const { where, score } = queryToSql(query.positive, context);
	const negative = queryToSql(query.negative, context);
	return {
		where,
		score: sql`(${toFragment(score)} * iif(${negative.where}, ${query.negativeBoost}, 1))`,
	};
}

function unscored(context: QueryContext): QueryContext {
	return context.isScored ? { ...context, isScored: false } : context;
}

function isOneEnough(
	should: readonly CompiledQuery[],
	{ minimumShouldMatch: wanted = 1 }: BoolQuery,
): boolean {
	return minimumShouldMatch(should.length, wanted) <= 1;
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
