/** Where the fields of a query are read from. */
import { type Fragment, sql } from "./fragment.ts";
import type { QueryContext } from "./query-to-sql.ts";
import { type Field, resolveField } from "./resolve-field.ts";

export function fieldOf(name: string, context: QueryContext): Field {
	return resolveField(name, context.mappings, context.nested?.path);
}

/** The JSON that fields are read from: a document's, or an object's in it. */
export function fieldsOf({ nested }: QueryContext): Fragment {
	return nested?.fields ?? sql`d.fields`;
}

export function pathOf(key: string): string {
	return `$."${key}"`;
}
