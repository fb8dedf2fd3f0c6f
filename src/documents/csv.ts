import type { JsonObject, JsonValue } from "../lib/json.ts";

/**
 * One record of comma-separated values (RFC 4180), ended by a line feed alone, as Kuzzle's are (recorded). A field that holds the separator, a
 * quote or a line break is quoted. Values are written as they are: one that a spreadsheet would take for a formula is not disarmed, since
 * whoever reads the file back would find another value.
 */
export function toCsvRecord(
	fields: readonly string[],
	separator: string,
): string {
	const quoted = fields.map((field) =>
		/["\r\n]/.test(field) || field.includes(separator)
			? `"${field.replaceAll('"', '""')}"`
			: field,
	);
	return `${quoted.join(separator)}\n`;
}

/** What a column shows of a document: nothing for what is missing or null, and `[OBJECT]` for objects and lists, as Kuzzle does (recorded). */
export function cellOf(content: JsonObject, path: readonly string[]): string {
	let value: JsonValue | undefined = content;
	for (const name of path) {
		if (typeof value !== "object" || value === null || Array.isArray(value))
			return "";
		value = Object.hasOwn(value, name) ? value[name] : undefined;
	}
	if (value === undefined || value === null) return "";
	return typeof value === "object" ? "[OBJECT]" : String(value);
}
