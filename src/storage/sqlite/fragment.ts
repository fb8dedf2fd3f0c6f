import type { SqlValue } from "../../sqlite/connection.ts";

/** A piece of SQL and the values of its placeholders, in order. */
export interface Fragment {
	readonly sql: string;
	readonly values: readonly SqlValue[];
}

/** Fragments are spliced in; every other part is bound as a value, never written into the text. */
export function sql(
	texts: TemplateStringsArray,
	...parts: (Fragment | SqlValue)[]
): Fragment {
	let text = texts[0] ?? "";
	const values: SqlValue[] = [];
	parts.forEach((part, index) => {
		if (isFragment(part)) {
			text += part.sql;
			values.push(...part.values);
		} else {
			text += "?";
			values.push(part);
		}
		text += texts[index + 1] ?? "";
	});
	return { sql: text, values };
}

export const TRUE = sql`1`;
export const FALSE = sql`0`;

export function and(parts: readonly Fragment[]): Fragment {
	return parts.length === 0 ? TRUE : nest(parts, " AND ");
}

export function or(parts: readonly Fragment[]): Fragment {
	return parts.length === 0 ? FALSE : nest(parts, " OR ");
}

/** Plus binds tighter than comparisons do, so each part is put in parentheses. */
export function sum(parts: readonly Fragment[]): Fragment {
	return parts.length === 0
		? FALSE
		: nest(
				parts.map((part) => sql`(${part})`),
				" + ",
			);
}

export function list(parts: readonly Fragment[], separator = ", "): Fragment {
	return {
		sql: parts.map((part) => part.sql).join(separator),
		values: parts.flatMap((part) => part.values),
	};
}

/** Halves in parentheses: a thousand parts in a row would nest deeper than SQLite allows. */
function nest(parts: readonly Fragment[], operator: string): Fragment {
	if (parts.length === 1) return parts[0] as Fragment;
	const middle = Math.ceil(parts.length / 2);
	const halves = [parts.slice(0, middle), parts.slice(middle)].map((half) =>
		nest(half, operator),
	);
	const joined = list(halves, operator);
	return { sql: `(${joined.sql})`, values: joined.values };
}

function isFragment(part: Fragment | SqlValue): part is Fragment {
	return typeof part === "object" && part !== null && "sql" in part;
}
