import type {
	Value,
	ValueSource,
} from "../../../search/aggregations/aggregation.ts";
import {
	badRequest,
	dateFormat,
	toBoolean,
	toKeyword,
	toNumber,
} from "../field-types.ts";
import { type LeafField, resolveField } from "../resolve-field.ts";
import type { Row } from "./collector.ts";
import { readMoment } from "./date-expression.ts";
import { writeDate } from "./date-format.ts";
import { numberFormat } from "./number-format.ts";
import type { PlanContext } from "./plan-context.ts";
import { refused } from "./refused.ts";
import { type TimeZone, UTC } from "./time-zone.ts";

/** `none`: no collection maps the field. */
export type ValuesKind = "keyword" | "number" | "boolean" | "date" | "none";

type Values = readonly (string | number)[];

/** The values of a field, as an aggregation reads them. */
export interface FieldValues {
	readonly kind: ValuesKind;
	/** What numbers are written by; undefined: as numbers only. */
	readonly toText: ((value: number) => string) | undefined;
	/** Of a date field: the format that its texts are in. */
	readonly dateFormat: string;
	/** True for a `float` field, whose values are rounded. */
	readonly isFloat: boolean;
	/** False where some of the searched collections map the field and others do not. */
	readonly isAlike: boolean;
	/** Its key in `fields`, where the documents' own values are all that counts: there is a field, and nothing stands for missing ones. */
	readonly indexKey: string | undefined;
	/** In the order of numbers; the one that stands for missing ones, where there is none. */
	of(row: Row): Values;
	/** A value given in a request, as one of the field. */
	parse(value: Value): string | number;
}

export interface ReadAs {
	/** What an unmapped field counts as when it has a value for missing ones. */
	readonly unmapped: Exclude<ValuesKind, "none">;
	readonly zone?: TimeZone;
	/** The kinds that the aggregation can read. */
	readonly kinds?: readonly ValuesKind[];
}

const ALL: readonly ValuesKind[] = ["keyword", "number", "boolean", "date"];

/**
 * Throws `unexpected_bad_request` for a field that cannot be aggregated so, `invalid_query_keyword` for one of a type that
 * this store does not know, or that is mapped in different ways in the collections.
 */
export function fieldValues(
	type: string,
	source: ValueSource,
	context: PlanContext,
	{ unmapped, zone = UTC, kinds = ALL }: ReadAs,
): FieldValues {
	const field = sameField(type, source.field, context);
	const kind = field === undefined ? "none" : (field.kind as ValuesKind);
	if (field !== undefined && !kinds.includes(kind))
		throw badRequest(
			`Field [${source.field}] of type [${String(field.definition.type)}] is not supported for aggregation [${type}]`,
		);
	const readKind =
		kind === "none" && source.missing !== undefined ? unmapped : kind;
	const ownFormat =
		readKind === "date" && field !== undefined
			? dateFormat(field.definition)
			: DEFAULT_FORMAT;
	const format = source.format ?? ownFormat;
	const fieldType = String(field?.definition.type);
	const parse = (value: Value) =>
		parseValue(
			value,
			{ kind: readKind, type: fieldType, format, zone },
			context,
		);
	const missing: Values =
		source.missing === undefined ? [] : [parse(source.missing)];
	return {
		kind: readKind,
		toText: textOf(readKind, source.format, format, zone),
		dateFormat: format,
		isFloat: fieldType === "float",
		isAlike: field === undefined || isMappedByAll(source.field, context),
		indexKey: source.missing === undefined ? field?.key : undefined,
		of: reader(field, missing, context),
		parse,
	};
}

/** Of a date that no field formats. */
const DEFAULT_FORMAT = "strict_date_optional_time||epoch_millis";

function reader(
	field: LeafField | undefined,
	missing: Values,
	{ columns }: PlanContext,
): (row: Row) => Values {
	if (field === undefined) return () => missing;
	const slot = columns.field(field.key);
	return (row) => {
		const values = row.values(slot);
		return values.length === 0 ? missing : values;
	};
}

function sameField(
	type: string,
	name: string,
	context: PlanContext,
): LeafField | undefined {
	let same: LeafField | undefined;
	for (const { mappings } of context.contexts) {
		// A pattern of names is the name of no field here, as in Elasticsearch.
		if (name.includes("*")) continue;
		const field = resolveField(name, mappings, context.nested?.path);
		if (field.kind === "id")
			throw badRequest("Fielddata access on the _id field is disallowed");
		if (field.kind === "none" || field.kind === "object") continue;
		if (field.kind === "text") throw noFielddata(field);
		if (!ALL.includes(field.kind as ValuesKind))
			throw refused(
				`${type} (on the field "${name}" of type "${String(field.definition.type)}")`,
			);
		if (same !== undefined && !isSameField(same, field))
			throw refused(
				`${type} (on the field "${name}", which the collections map differently)`,
			);
		same = field;
	}
	return same;
}

function isMappedByAll(name: string, context: PlanContext): boolean {
	return context.contexts.every(
		({ mappings }) =>
			resolveField(name, mappings, context.nested?.path).kind !== "none",
	);
}

function isSameField(one: LeafField, other: LeafField): boolean {
	return (
		one.kind === other.kind &&
		one.key === other.key &&
		(one.kind === "number"
			? one.definition.type === other.definition.type
			: dateFormat(one.definition) === dateFormat(other.definition))
	);
}

function noFielddata({ name }: LeafField) {
	return badRequest(
		`Fielddata is disabled on [${name}]. Text fields are not optimised for operations that require per-document field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword field instead.`,
	);
}

function textOf(
	kind: ValuesKind,
	given: string | undefined,
	format: string,
	zone: TimeZone,
): ((value: number) => string) | undefined {
	if (kind === "date") {
		const write = writeDate(format);
		return (value) => write(Math.trunc(value), zone);
	}
	if (kind === "boolean") {
		if (given !== undefined) throw refused("format (on a boolean field)");
		return (value) => (value === 0 ? "false" : "true");
	}
	if (kind === "keyword" && given !== undefined)
		throw refused("format (on a keyword field)");
	return kind === "number" && given !== undefined
		? numberFormat(given)
		: undefined;
}

interface ParseAs {
	readonly kind: ValuesKind;
	readonly type: string;
	readonly format: string;
	readonly zone: TimeZone;
}

function parseValue(
	value: Value,
	{ kind, type, format, zone }: ParseAs,
	context: PlanContext,
): string | number {
	if (kind === "date") return readMoment(value, format, zone, context.now);
	if (kind === "number") {
		const number = toNumber(value, type);
		if (number === undefined)
			throw badRequest(`For input string: "${String(value).slice(0, 64)}"`);
		return number;
	}
	if (kind === "boolean") {
		const boolean = typeof value === "number" ? value : toBoolean(value);
		if (boolean === undefined)
			throw badRequest(
				`Cannot parse boolean [${String(value).slice(0, 64)}], expected either [true] or [false]`,
			);
		return boolean;
	}
	return toKeyword(value);
}
