import {
	isObject,
	type JsonObject,
	type JsonValue,
} from "../../../lib/json.ts";
import type { BoostedField } from "../../../search/query.ts";
import { isObjectField } from "../field-types.ts";
import { fieldKey } from "../index-document.ts";
import type { QueryContext } from "../query-to-sql.ts";

export interface SearchedFields {
	readonly fields: readonly BoostedField[];
	/** Whether a value that a field cannot have is only not found there. */
	readonly isLenient: boolean;
}

/** The fields that a query of several names: patterns replaced by the fields that fit them, all fields where it names none. */
export function searchedFields(
	query: {
		readonly fields: readonly BoostedField[];
		readonly lenient?: boolean;
	},
	context: QueryContext,
): SearchedFields {
	const named = query.fields.length === 0 ? ALL : query.fields;
	const isAll = named.some(({ field }) => field === "*");
	const boosts = new Map<string, number>();
	for (const { field, boost } of named)
		for (const name of namesOf(field, context))
			boosts.set(name, (boosts.get(name) ?? 1) * boost);
	return {
		fields: [...boosts].map(([field, boost]) => ({ field, boost })),
		isLenient: query.lenient ?? isAll,
	};
}

const ALL: readonly BoostedField[] = [{ field: "*", boost: 1 }];

/** As in Elasticsearch a pattern does not stand for fields that no document has a value in. */
function namesOf(pattern: string, { mappings, index }: QueryContext): string[] {
	if (!pattern.includes("*")) return [pattern];
	const hasValues = (name: string, type: string) =>
		!SEARCHED_BY_ALL.has(type) ||
		(index.field(fieldKey(name))?.documents ?? 0) > 0;
	const expression = new RegExp(
		`^${pattern.split("*").map(escaped).join(".*")}$`,
		"su",
	);
	return [...leaves(mappings.properties, "")]
		.filter(([, type]) => pattern !== "*" || SEARCHED_BY_ALL.has(type))
		.filter(([name, type]) => hasValues(name, type))
		.map(([name]) => name)
		.filter((name) => expression.test(name));
}

function escaped(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** What `*` stands for, and no field of another type. */
const SEARCHED_BY_ALL = new Set([
	"boolean",
	"byte",
	"date",
	"double",
	"float",
	"half_float",
	"integer",
	"ip",
	"keyword",
	"long",
	"scaled_float",
	"short",
	"text",
]);

/** Names and types, with the other ways that fields are indexed in. */
function* leaves(
	members: JsonValue | undefined,
	path: string,
): Generator<readonly [name: string, type: string]> {
	if (!isObject(members)) return;
	for (const [key, member] of Object.entries(members as JsonObject)) {
		if (!isObject(member)) continue;
		const definition = member as JsonObject;
		const name = `${path}${key}`;
		if (definition.type === "nested" || definition.enabled === false) continue;
		if (isObjectField(definition))
			yield* leaves(definition.properties, `${name}.`);
		else {
			yield [name, String(definition.type)];
			yield* leaves(definition.fields, `${name}.`);
		}
	}
}
