import { createError, type GatewayError } from "../../errors/gateway-error.ts";
import type { Query } from "../../search/query.ts";
import { badRequest } from "./field-types.ts";
import { FALSE, type Fragment, or, sql, TRUE } from "./fragment.ts";
import { minimumShouldMatch } from "./minimum-should-match.ts";
import type { CompiledQuery, QueryContext } from "./query-to-sql.ts";
import { type LeafField, resolveField } from "./resolve-field.ts";
import { tokens } from "./tokens.ts";
import {
	beginsWith,
	equals,
	isTextual,
	oneOf,
	present,
	textEquals,
	VALUE,
	within,
} from "./value-conditions.ts";

export type LeafQuery = Extract<
	Query,
	{ kind: "match" | "term" | "terms" | "range" | "exists" | "prefix" }
>;

/** A query that looks at one field. Of a list of values, one has to fit. */
export function leafToSql(
	query: LeafQuery,
	context: QueryContext,
): CompiledQuery {
	const field = resolveField(query.field, context.mappings);
	if (field.kind === "none") return { where: FALSE, score: 0 };
	if (query.kind === "exists") return { where: exists(field), score: 1 };
	if (field.kind === "id") return onId(query);
	// An object has no values of its own, so nothing is found; as in Elasticsearch.
	if (field.kind === "object") return { where: FALSE, score: 0 };
	if (field.kind === "presence") throw cannotAnswer(query, field);
	switch (query.kind) {
		case "match":
			return field.kind === "text"
				? matchText(field, query)
				: {
						where: anyValue(field, equals(query.query, field, context)),
						score: 1,
					};
		case "term":
			return term(field, query, context);
		case "terms":
			return {
				where: anyValue(field, oneOf(query.values, field, context)),
				score: 1,
			};
		case "range":
			return {
				where: anyValue(field, within(query.bounds, field, context)),
				score: 1,
			};
		case "prefix":
			return { where: anyValue(field, beginsWith(query, field)), score: 1 };
	}
}

function cannotAnswer(
	query: LeafQuery,
	{ name, definition }: LeafField,
): GatewayError {
	const type = String(definition.type);
	return createError(
		"services.storage.invalid_query_keyword",
		`${query.kind} (on the field "${name}" of type "${type}")`,
	);
}

function exists(field: ReturnType<typeof resolveField>): Fragment {
	if (field.kind === "id") return TRUE;
	if (field.kind === "none") return FALSE;
	const keys = field.kind === "object" ? field.keys : [field.key];
	return or(
		keys.map((key) => sql`json_type(d.fields, ${pathOf(key)}) IS NOT NULL`),
	);
}

function onId(query: LeafQuery): CompiledQuery {
	if (query.kind === "term")
		return {
			where: textEquals(sql`d.id`, query.value, query.caseInsensitive),
			score: 1,
		};
	if (query.kind === "match")
		return { where: sql`d.id = ${String(query.query)}`, score: 1 };
	throw badRequest(`the field [_id] does not support [${query.kind}] queries`);
}

function pathOf(key: string): string {
	return `$."${key}"`;
}

/** The condition is on `v.value`, one value of the field. */
function anyValue(field: LeafField, condition: Fragment): Fragment {
	if (condition === FALSE) return FALSE;
	return sql`EXISTS (SELECT 1 FROM json_each(d.fields, ${pathOf(field.key)}) AS v WHERE ${condition})`;
}

function term(
	field: LeafField,
	query: Extract<Query, { kind: "term" }>,
	context: QueryContext,
): CompiledQuery {
	if (!isTextual(field)) {
		return {
			where: anyValue(field, equals(query.value, field, context)),
			score: 1,
		};
	}
	const condition = textEquals(VALUE, query.value, query.caseInsensitive);
	const where = anyValue(field, condition);
	const isExactText = field.kind === "text" && !query.caseInsensitive;
	return {
		where,
		score: isExactText ? frequencyScore(field, [String(query.value)]) : 1,
	};
}

function matchText(
	field: LeafField,
	query: Extract<Query, { kind: "match" }>,
): CompiledQuery {
	const words = tokens(String(present(query.query)));
	if (words.length === 0) return { where: FALSE, score: 0 };
	const required =
		query.operator === "and"
			? words.length
			: minimumShouldMatch(words.length, query.minimumShouldMatch ?? 1);
	return {
		where: hasWords(field, words, Math.max(1, required)),
		score: frequencyScore(field, words),
	};
}

function hasWords(
	field: LeafField,
	words: readonly string[],
	required: number,
): Fragment {
	if (required > words.length) return FALSE;
	const wanted = JSON.stringify(words);
	if (required === 1)
		return anyValue(
			field,
			sql`${VALUE} IN (SELECT value FROM json_each(${wanted}))`,
		);
	return sql`(SELECT count(*) FROM json_each(${wanted}) AS w
		WHERE w.value IN (SELECT v.value FROM json_each(d.fields, ${pathOf(field.key)}) AS v)) >= ${required}`;
}

/** The part of BM25 that looks at the document alone (k1 = 1.2, b = 0): how rare a word is does not count yet. */
function frequencyScore(field: LeafField, words: readonly string[]): Fragment {
	return sql`(SELECT total(n * 2.2 / (n + 1.2)) FROM (
		SELECT count(*) AS n FROM json_each(d.fields, ${pathOf(field.key)}) AS v
		WHERE v.value IN (SELECT value FROM json_each(${JSON.stringify(words)})) GROUP BY v.value))`;
}
