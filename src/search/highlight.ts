import { isObject } from "../lib/json.ts";
import { checkNativeValue } from "./native-clauses.ts";
import { parseInnerQuery } from "./parse-query.ts";
import { malformed, quoted } from "./query-errors.ts";
import type { QueryBudget } from "./query-limits.ts";
import { readFlag } from "./read-option.ts";

/** Which texts of a hit are told with the words marked that were found in them. */
export interface Highlight {
	readonly fields: readonly HighlightedField[];
	/** As it came. */
	readonly argument: Readonly<Record<string, unknown>>;
}

export interface HighlightedField {
	/** A name, or a pattern of names. */
	readonly field: string;
	/** What stands before and after what was found. */
	readonly preTag: string;
	readonly postTag: string;
	/** About how long a piece is, in characters; 0: a sentence, however long. */
	readonly fragmentSize: number;
	/** At most so many pieces; 0: the whole text. */
	readonly fragmentsMax: number;
	/** How much of the beginning is told where nothing is found; 0: nothing. */
	readonly noMatchSize: number;
	/** Whether only what the query looks for in this field is marked. */
	readonly requiresFieldMatch: boolean;
	/** The best pieces first, in place of the order of the text. */
	readonly isByScore: boolean;
	/** The first option that only Elasticsearch answers. */
	readonly native?: string;
}

const KNOWN = new Set([
	"fields",
	"pre_tags",
	"post_tags",
	"fragment_size",
	"number_of_fragments",
	"no_match_size",
	"require_field_match",
	"order",
	"type",
]);

const ONLY_NATIVE = new Set([
	"boundary_chars",
	"boundary_max_scan",
	"boundary_scanner",
	"boundary_scanner_locale",
	"encoder",
	"force_source",
	"fragment_offset",
	"fragmenter",
	"highlight_query",
	"matched_fields",
	"max_analyzed_offset",
	"options",
	"phrase_limit",
	"tags_schema",
]);

export function readHighlight(value: unknown, budget: QueryBudget): Highlight {
	if (!isObject(value)) throw malformed("[highlight] must be an object");
	const { fields, ...shared } = value;
	check(shared, budget);
	const named = fieldsOf(fields);
	budget.values(named.length);
	return {
		fields: named.map(([field, own]) => {
			budget.text(field);
			if (!isObject(own))
				throw malformed("each field of [highlight] takes an object");
			if (Object.hasOwn(own, "fields"))
				throw malformed("a field of [highlight] has no [fields]");
			check(own, budget);
			return toField(field, { ...shared, ...own });
		}),
		argument: value,
	};
}

/** An object, or a list of objects, for who minds the order. */
function fieldsOf(fields: unknown): [name: string, options: unknown][] {
	if (fields === undefined) return [];
	const list = Array.isArray(fields) ? fields : [fields];
	return list.flatMap((part) => {
		if (!isObject(part))
			throw malformed("[fields] of [highlight] must be an object");
		return Object.entries(part);
	});
}

function check(options: Record<string, unknown>, budget: QueryBudget): void {
	const { highlight_query, ...others } = options;
	if ((options.pre_tags === undefined) !== (options.post_tags === undefined))
		throw malformed("[pre_tags] and [post_tags] are set together");
	for (const option of Object.keys(options))
		if (!KNOWN.has(option) && !ONLY_NATIVE.has(option))
			throw malformed(`[highlight] does not support ${quoted(option)}`);
	if (highlight_query !== undefined)
		parseInnerQuery(highlight_query, 1, budget);
	checkNativeValue(others, 1, budget);
}

function toField(
	field: string,
	options: Record<string, unknown>,
): HighlightedField {
	const { type = "unified", order = "none" } = options;
	const native = Object.keys(options).find((option) => ONLY_NATIVE.has(option));
	const refused = type === "unified" ? native : "type";
	return {
		field,
		preTag: readTag(options.pre_tags, "<em>"),
		postTag: readTag(options.post_tags, "</em>"),
		fragmentSize: readCount(options.fragment_size, 100, "fragment_size"),
		fragmentsMax: readCount(
			options.number_of_fragments,
			5,
			"number_of_fragments",
		),
		noMatchSize: readCount(options.no_match_size, 0, "no_match_size"),
		requiresFieldMatch: readFlag(
			options.require_field_match ?? true,
			"require_field_match",
		),
		isByScore: order === "score",
		...(refused === undefined ? {} : { native: refused }),
	};
}

/** Of several, the first: the others are for another highlighter. */
function readTag(tags: unknown, otherwise: string): string {
	if (tags === undefined) return otherwise;
	const [tag] = [tags].flat();
	if (typeof tag !== "string")
		throw malformed("the tags of [highlight] must be texts");
	return tag;
}

/** More pieces or longer ones than this no answer has. */
const COUNT_MAX = 1_000_000;

function readCount(value: unknown, otherwise: number, name: string): number {
	if (value === undefined) return otherwise;
	const count = Number(value);
	if (!Number.isSafeInteger(count) || count < 0 || count > COUNT_MAX)
		throw malformed(`${quoted(name)} of [highlight] must be an integer`);
	return count;
}
