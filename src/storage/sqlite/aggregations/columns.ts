import type { Sort } from "../../../search/query.ts";
import { type Fragment, list, sql } from "../fragment.ts";
import { nestedRows } from "../nested-to-sql.ts";
import type { QueryContext } from "../query-to-sql.ts";
import { sortKey } from "../sort-to-sql.ts";

/** A condition on a row of one of the collections: 1 or 0. */
export type Condition = (place: number) => Fragment;

/**
 * What the aggregations of a search read of each row: fields, conditions, sort keys, and the objects of nested fields, which
 * have the same again. Each is asked for while the aggregations are planned; then a column is written for every collection.
 */
export class Columns {
	readonly #fields: string[] = [];
	readonly #conditions: Condition[] = [];
	readonly #sorts: Sort[] = [];
	readonly #nested: { readonly path: string; readonly columns: Columns }[] = [];
	needsScore = false;

	/** `key`: as in `fields`. Answers the slot. */
	field(key: string): number {
		const slot = this.#fields.indexOf(key);
		return slot >= 0 ? slot : this.#fields.push(key) - 1;
	}

	condition(condition: Condition): number {
		return this.#conditions.push(condition) - 1;
	}

	/** Of documents only. */
	sort(sort: Sort): number {
		return this.#sorts.push(sort) - 1;
	}

	nested(path: string): { readonly slot: number; readonly columns: Columns } {
		const known = this.#nested.findIndex((nested) => nested.path === path);
		const slot =
			known >= 0
				? known
				: this.#nested.push({ path, columns: new Columns() }) - 1;
		return { slot, columns: this.#nested[slot]?.columns ?? this };
	}

	/** For SELECT: `data`, and the sort keys, which SQLite would round if they were in its JSON. `place`: which of the collections. */
	toSql(place: number, context: QueryContext): Fragment {
		const sorts = this.#sorts.map((sort, slot) => {
			const name: Fragment = { sql: `s${slot}`, values: [] };
			return sql`, ${sortKey(sort, context)} AS ${name}`;
		});
		return sql`${this.#toData(place, context)} AS data${list(sorts, "")}`;
	}

	/**
	 * One JSON text, so that a row costs one look into it: the lists of fields, conditions and nested objects.
	 * `context`: of documents, or of the objects of a nested field.
	 */
	#toData(place: number, context: QueryContext): Fragment {
		const fields = context.nested?.fields ?? sql`d.fields`;
		const conditions = this.#conditions.map((condition) => condition(place));
		const nested = this.#nested.map(({ path, columns }) => {
			const rows = nestedRows(path, context);
			return rows === undefined
				? sql`json_array()`
				: sql`json((SELECT json_group_array(${columns.#toData(place, rows.context)}) FROM ${rows.from}))`;
		});
		return sql`json_array(${this.#fieldsList(fields)}, json_array(${list(conditions)}), json_array(${list(nested)}))`;
	}

	/** A second path makes it a list always. */
	#fieldsList(fields: Fragment): Fragment {
		if (this.#fields.length === 0) return sql`NULL`;
		const paths = this.#fields.map((key) => sql`, ${`$."${key}"`}`);
		return sql`json_extract(${fields}, '$."-"'${list(paths, "")})`;
	}
}
