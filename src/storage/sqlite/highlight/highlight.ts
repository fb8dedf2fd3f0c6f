/** The texts of the hits of a page, with the words marked that were found in them. */
import { createError } from "../../../errors/gateway-error.ts";
import {
	isObject,
	type JsonObject,
	type JsonValue,
} from "../../../lib/json.ts";
import type { Highlight, HighlightedField } from "../../../search/highlight.ts";
import type { Query } from "../../../search/query.ts";
import type { Connection } from "../../../sqlite/connection.ts";
import { badRequest } from "../field-types.ts";
import { type Fragment, sql } from "../fragment.ts";
import { fieldOf } from "../query-fields.ts";
import type { QueryContext } from "../query-to-sql.ts";
import { rowsOf } from "../read-rows.ts";
import { tokensWithPlaces } from "../tokens.ts";
import { collectFinds, type FieldFind } from "./collect-finds.ts";
import { placesOf } from "./finds.ts";
import { highlightedNames } from "./highlighted-names.ts";
import { markedPieces } from "./pieces.ts";

/** Answers the `highlight` of a hit by its row's number and its whole content; undefined where nothing is marked. */
export type Marker = (
	number: number,
	content: JsonObject,
) => JsonObject | undefined;

/** Elasticsearch's `index.highlight.max_analyzed_offset`. */
const LENGTH_MAX = 1_000_000;

/** `numbers`: of the rows of the page. Throws `invalid_search_query` for what is not answered, naming it. */
export function createMarker(
	connection: Connection,
	highlight: Highlight,
	{
		query,
		context,
		numbers,
	}: {
		readonly query: Query;
		readonly context: QueryContext;
		readonly numbers: readonly number[];
	},
): Marker {
	const fields = highlight.fields.map(assertAnswered).flatMap((field) =>
		highlightedNames(field.field, context.mappings).map((name) => ({
			name,
			field,
		})),
	);
	if (fields.length === 0) return () => undefined;
	const guards = new GuardedRows(connection, numbers);
	const finds = collectFinds(query, context);
	return (number, content) => {
		const found = finds.filter((find) => guards.areTrue(find, number));
		const marked = fields.flatMap(({ name, field }) => {
			const pieces = piecesOf(name, field, found, content, context);
			return pieces.length === 0 ? [] : [[name, pieces] as const];
		});
		return marked.length === 0 ? undefined : Object.fromEntries(marked);
	};
}

function assertAnswered(field: HighlightedField): HighlightedField {
	const { native, noMatchSize, requiresFieldMatch } = field;
	const refused =
		native ??
		(noMatchSize > 0 ? "no_match_size" : undefined) ??
		(requiresFieldMatch ? undefined : "require_field_match");
	if (refused !== undefined)
		throw createError(
			"services.storage.invalid_search_query",
			`highlight.${refused}`,
		);
	return field;
}

function piecesOf(
	name: string,
	field: HighlightedField,
	found: readonly FieldFind[],
	content: JsonObject,
	context: QueryContext,
): string[] {
	const finds = found
		.filter((find) => find.field === name)
		.map(({ find }) => find);
	if (finds.length === 0) return [];
	const isText = fieldOf(name, context).kind === "text";
	const texts = textsAt(content, pathOf(name, context));
	const length = texts.reduce((total, text) => total + text.length, 0);
	if (length > LENGTH_MAX)
		throw badRequest(
			`the length [${length}] of field [${name}] exceeds the limit of ${LENGTH_MAX} to be highlighted`,
		);
	const parts = texts.map((text) => ({
		text,
		places: placesOf(
			isText
				? tokensWithPlaces(text)
				: [{ word: text, from: 0, to: text.length }],
			finds,
		),
	}));
	return markedPieces(parts, field, !isText || field.fragmentsMax === 0);
}

/** Of another way to index a field, the path of the field. */
function pathOf(name: string, { mappings }: QueryContext): string[] {
	const path = name.split(".");
	let members: JsonValue | undefined = mappings.properties;
	for (const [index, part] of path.entries()) {
		const definition = isObject(members) ? members[part] : undefined;
		if (!isObject(definition)) return path.slice(0, index);
		members = definition.properties as JsonValue | undefined;
	}
	return path;
}

/** All values at a path, lists flattened, as texts. */
function textsAt(value: JsonValue, path: readonly string[]): string[] {
	if (Array.isArray(value)) return value.flatMap((item) => textsAt(item, path));
	if (path.length === 0)
		return value === null || typeof value === "object" ? [] : [String(value)];
	if (!isObject(value)) return [];
	// A name may hold dots, which part it as a path does.
	return path.flatMap((_, index) => {
		const name = path.slice(0, index + 1).join(".");
		const member = Object.hasOwn(value, name)
			? (value as JsonObject)[name]
			: undefined;
		return member === undefined ? [] : textsAt(member, path.slice(index + 1));
	});
}

/** Which rows of the page a condition is true of; each is asked for once. */
class GuardedRows {
	readonly #connection: Connection;
	readonly #numbers: string;
	readonly #known = new Map<Fragment, ReadonlySet<number>>();

	constructor(connection: Connection, numbers: readonly number[]) {
		this.#connection = connection;
		this.#numbers = JSON.stringify(numbers);
	}

	areTrue({ guards }: FieldFind, number: number): boolean {
		return guards.every((guard) => this.#rows(guard).has(number));
	}

	#rows(guard: Fragment): ReadonlySet<number> {
		let rows = this.#known.get(guard);
		if (rows === undefined) {
			const found = rowsOf<{ number: number }>(
				this.#connection,
				sql`SELECT d.number AS number FROM documents AS d
					WHERE d.number IN (SELECT value FROM json_each(${this.#numbers})) AND ${guard}`,
			);
			rows = new Set(found.map((row) => row.number));
			this.#known.set(guard, rows);
		}
		return rows;
	}
}
