import { isObject, type JsonObject } from "../lib/json.ts";
import type { Container, Field, Specification } from "./specification.ts";

/** One thing that is wrong with a document. */
export interface Problem {
	/** The names that lead to the field; none where it is the document as a whole. */
	readonly path: readonly string[];
	/** A sentence. */
	readonly message: string;
}

/** Everything that is wrong with a document; none for one that is right. `now`: milliseconds since the epoch. */
export function checkDocument(
	specification: Specification,
	content: JsonObject,
	now: number,
): Problem[] {
	const problems: Problem[] = [];
	checkMembers(content, specification, [], { problems, now });
	if (specification.passesFilters?.(content) === false) {
		const message = "The document does not match the validators.";
		problems.push({ path: [], message });
	}
	return problems;
}

interface Check {
	readonly problems: Problem[];
	readonly now: number;
}

/** The server's own: nobody describes it. */
const METADATA = "_kuzzle_info";
const NAMED_MAX = 10;

function checkMembers(
	content: Readonly<Record<string, unknown>>,
	{ strict, fields }: Container,
	path: readonly string[],
	check: Check,
): void {
	if (strict) {
		const message = undescribed(content, fields, path.length === 0);
		if (message !== null) check.problems.push({ path, message });
	}
	for (const [name, field] of fields) {
		const value = Object.hasOwn(content, name) ? content[name] : undefined;
		checkField(value, field, [...path, name], check);
	}
}

function undescribed(
	content: Readonly<Record<string, unknown>>,
	fields: Container["fields"],
	isRoot: boolean,
): string | null {
	const names = Object.keys(content).filter(
		(name) => !fields.has(name) && !(isRoot && name === METADATA),
	);
	if (names.length === 0) return null;
	const named = names.slice(0, NAMED_MAX).map((name) => `"${name}"`);
	const rest = names.length > NAMED_MAX ? ", …" : "";
	return `Not described by the specification, which is strict: ${named.join(", ")}${rest}.`;
}

function checkField(
	value: unknown,
	field: Field,
	path: readonly string[],
	check: Check,
): void {
	if (value === undefined || value === null) {
		if (field.mandatory) {
			check.problems.push({ path, message: "The field is mandatory." });
		}
		return;
	}
	if (field.multivalued === null) {
		checkSingle(value, field, path, check);
		return;
	}
	const message = wrongList(value, field);
	if (message !== null) {
		check.problems.push({ path, message });
		return;
	}
	checkItems(value as readonly unknown[], field, path, check);
}

function checkSingle(
	value: unknown,
	field: Field,
	path: readonly string[],
	check: Check,
): void {
	if (Array.isArray(value) && !field.takesArrays) {
		const message = "The field takes one value, not an array.";
		check.problems.push({ path, message });
	} else {
		checkValue(value, field, path, check);
	}
}

/** Of many items that are wrong, the first is told: an answer does not grow with the array. */
function checkItems(
	items: readonly unknown[],
	field: Field,
	path: readonly string[],
	check: Check,
): void {
	const before = check.problems.length;
	for (const item of items) {
		checkValue(item, field, path, check);
		if (check.problems.length > before) return;
	}
}

function checkValue(
	value: unknown,
	field: Field,
	path: readonly string[],
	check: Check,
): void {
	const message = field.check(value, check.now);
	if (message !== null) check.problems.push({ path, message });
	else if (field.members !== null && isObject(value)) {
		checkMembers(value, field.members, path, check);
	}
}

function wrongList(value: unknown, { multivalued }: Field): string | null {
	if (!Array.isArray(value)) return "The field takes an array of values.";
	const { min, max } = multivalued ?? { min: 0, max: value.length };
	if (value.length < min) return `The array has less than ${min} values.`;
	if (value.length > max) return `The array has more than ${max} values.`;
	return null;
}
