import type { JsonValue } from "./json.ts";

/** JSON data as YAML 1.2 in block style. Keys and texts are written as JSON writes them, which YAML reads as double-quoted scalars. */
export function toYaml(value: JsonValue): string {
	return `${write(value, 0).trimStart()}\n`;
}

function write(value: JsonValue, depth: number): string {
	const indent = "  ".repeat(depth);
	if (Array.isArray(value)) {
		if (value.length === 0) return " []";
		return value
			.map((item) => `\n${indent}-${write(item, depth + 1)}`)
			.join("");
	}
	if (value !== null && typeof value === "object") {
		const entries = Object.entries(value);
		if (entries.length === 0) return " {}";
		return entries
			.map(
				([key, item]) =>
					`\n${indent}${JSON.stringify(key)}:${write(item, depth + 1)}`,
			)
			.join("");
	}
	return ` ${JSON.stringify(value)}`;
}
