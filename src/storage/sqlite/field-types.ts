import { isIP } from "node:net";
import { createError, type GatewayError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { isOnGlobe, readStoredGeoPoint } from "../../search/geo-point.ts";
import { DEFAULT_DATE_FORMAT, isKnownDateFormat, parseDate } from "./dates.ts";
import { onGrid, pointToText } from "./geo/earth.ts";
import { tokens } from "./tokens.ts";

/** A value as it is indexed: words and keywords as text; numbers, dates (milliseconds) and booleans (0, 1) as numbers. */
export type IndexedValue = string | number;

/**
 * How a field is indexed. `presence`: only whether it has a value, since its type, or an option of it, means something
 * that this adapter does not know; a query that asks for more is refused.
 */
export type FieldKind =
	| "text"
	| "keyword"
	| "number"
	| "boolean"
	| "date"
	| "geo"
	| "presence";

/** True for a field that holds fields. */
export function isObjectField(definition: JsonObject): boolean {
	const { type } = definition;
	return type === undefined || type === "object" || type === "nested";
}

export function isKnownType(type: string): boolean {
	return KINDS.has(type) || OTHER_TYPES.has(type);
}

export function fieldKind(definition: JsonObject): FieldKind {
	const kind = KINDS.get(String(definition.type)) ?? "presence";
	return hasForeignOption(kind, definition) ? "presence" : kind;
}

/** What a value of a document adds to the index of a field. Throws `unexpected_bad_request` for one that the field cannot hold. */
export function toIndexedValues(
	value: JsonValue,
	definition: JsonObject,
	path: string,
): IndexedValue[] {
	const kind = fieldKind(definition);
	const indexed = index(value, kind, definition);
	if (indexed !== undefined) return indexed;
	if (definition.ignore_malformed === true && kind !== "text") return [];
	throw badRequest(
		`failed to parse field [${path}] of type [${String(definition.type)}]`,
	);
}

/** Undefined for a value that the field cannot hold. */
function index(
	value: JsonValue,
	kind: FieldKind,
	definition: JsonObject,
): IndexedValue[] | undefined {
	if (kind === "presence")
		return definition.type !== "ip" || isAddress(value) ? [1] : undefined;
	if (kind === "geo") return indexPoint(value);
	return isObject(value)
		? undefined
		: INDEXERS[kind](value as Scalar, definition);
}

/** IPv4 or IPv6, without a zone. */
function isAddress(value: JsonValue): boolean {
	return typeof value === "string" && isIP(value) !== 0 && !value.includes("%");
}

export function badRequest(reason: string): GatewayError {
	return createError("services.storage.unexpected_bad_request", reason);
}

/** The value of a number field, as precise as the field is. Undefined for what is no number. */
export function toNumber(value: unknown, type: string): number | undefined {
	const isNumeric =
		typeof value === "number" ||
		(typeof value === "string" &&
			value.trim() !== "" &&
			!/^\s*[+-]?0[xbo]/i.test(value));
	if (!isNumeric) return undefined;
	const number = Number(value);
	if (!Number.isFinite(number)) return undefined;
	return type === "float" ? Math.fround(number) : number;
}

export function toBoolean(value: unknown): 0 | 1 | undefined {
	if (value === true || value === "true") return 1;
	return value === false || value === "false" || value === "" ? 0 : undefined;
}

/** SQLite ends a text at a NUL, so it stands for another character, in documents and in queries alike. */
export function toKeyword(value: Scalar): string {
	return String(value).replaceAll("\0", "\u{e000}");
}

export function dateFormat(definition: JsonObject): string {
	return typeof definition.format === "string"
		? definition.format
		: DEFAULT_DATE_FORMAT;
}

/** Whole numbers: the lowest and the highest of each type. */
export const INTEGER_BOUNDS: ReadonlyMap<string, readonly [number, number]> =
	new Map([
		["byte", [-128, 127]],
		["short", [-32_768, 32_767]],
		["integer", [-2_147_483_648, 2_147_483_647]],
		["long", [-(2 ** 63), 2 ** 63]],
	]);

type Scalar = string | number | boolean;

const KINDS: ReadonlyMap<string, FieldKind> = new Map([
	["text", "text"],
	["keyword", "keyword"],
	["wildcard", "keyword"],
	["byte", "number"],
	["short", "number"],
	["integer", "number"],
	["long", "number"],
	["float", "number"],
	["double", "number"],
	["boolean", "boolean"],
	["date", "date"],
	["geo_point", "geo"],
]);

/** Elasticsearch's other types: kept in mappings, their fields indexed by presence only. */
const OTHER_TYPES = new Set([
	"aggregate_metric_double",
	"alias",
	"binary",
	"completion",
	"constant_keyword",
	"date_nanos",
	"date_range",
	"dense_vector",
	"double_range",
	"flattened",
	"float_range",
	"geo_shape",
	"half_float",
	"histogram",
	"integer_range",
	"ip",
	"ip_range",
	"join",
	"long_range",
	"match_only_text",
	"murmur3",
	"nested",
	"object",
	"percolator",
	"point",
	"rank_feature",
	"rank_features",
	"scaled_float",
	"search_as_you_type",
	"semantic_text",
	"shape",
	"sparse_vector",
	"token_count",
	"unsigned_long",
	"version",
]);

function hasForeignOption(kind: FieldKind, definition: JsonObject): boolean {
	const isStandard = (analyzer: JsonValue | undefined) =>
		analyzer === undefined || analyzer === "standard";
	if (kind === "text")
		return (
			!isStandard(definition.analyzer) ||
			!isStandard(definition.search_analyzer) ||
			definition.index === false
		);
	if (kind === "keyword" && definition.normalizer !== undefined) return true;
	if (kind === "date" && !isKnownDateFormat(dateFormat(definition)))
		return true;
	return definition.index === false && definition.doc_values === false;
}

type Indexer = (
	value: Scalar,
	definition: JsonObject,
) => IndexedValue[] | undefined;

/** Undefined for a value that the field cannot hold. */
const INDEXERS: Record<Exclude<FieldKind, "presence" | "geo">, Indexer> = {
	text: (value) => tokens(String(value)),
	keyword(value, { ignore_above }) {
		const text = toKeyword(value);
		if (typeof ignore_above === "number" && text.length > ignore_above)
			return [];
		return Buffer.byteLength(text) > TERM_BYTES_MAX ? undefined : [text];
	},
	number(value, definition) {
		if (typeof value === "string" && definition.coerce === false)
			return undefined;
		// An empty text is coerced to no value.
		if (value === "") return [];
		const type = String(definition.type);
		const number = toNumber(value, type);
		const bounds = INTEGER_BOUNDS.get(type);
		// A number beyond the greatest float is infinite by now.
		if (number === undefined || !Number.isFinite(number)) return undefined;
		if (bounds === undefined) return [number];
		const whole = Math.trunc(number);
		const fits =
			whole >= bounds[0] && whole <= bounds[1] && !isBeyondLong(value, whole);
		return fits && (whole === number || definition.coerce !== false)
			? [whole]
			: undefined;
	},
	boolean(value) {
		const boolean = toBoolean(value);
		return boolean === undefined ? undefined : [boolean];
	},
	date(value, definition) {
		if (typeof value === "boolean") return undefined;
		const moments = parseDate(value, dateFormat(definition));
		return moments && [moments.from];
	},
};

/** 2^63 is the double next to the greatest long, which only a text can name; itself it is one too many. */
function isBeyondLong(value: Scalar, whole: number): boolean {
	if (whole !== 2 ** 63) return false;
	const isWhole = typeof value === "string" && /^\s*\+?\d+\s*$/.test(value);
	return !isWhole || BigInt(value.replace("+", "")) >= 2n ** 63n;
}

/** A place is indexed as a text, as precise as Elasticsearch keeps it. */
function indexPoint(value: JsonValue): IndexedValue[] | undefined {
	const point = readStoredGeoPoint(value);
	return point !== undefined && isOnGlobe(point)
		? [pointToText(onGrid(point))]
		: undefined;
}

/** Longer keywords Elasticsearch refuses, unless `ignore_above` leaves them out. */
const TERM_BYTES_MAX = 32_766;
