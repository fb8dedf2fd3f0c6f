import assert from "node:assert/strict";
import { compileFilters } from "../../src/koncorde/compile-filters.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import {
	checkDocument,
	type Problem,
} from "../../src/validation/check-document.ts";
import { parseSpecification } from "../../src/validation/parse-specification.ts";
import type { Specification } from "../../src/validation/specification.ts";

/** A specification that must be right. */
export function specify(
	fields: Readonly<Record<string, unknown>>,
	more: Readonly<Record<string, unknown>> = {},
): Specification {
	const { specification, problems } = parseSpecification(
		{ fields, ...more },
		compileFilters,
	);
	assert.deepEqual(problems, undefined);
	assert.ok(specification !== undefined);
	return specification;
}

export function problemsOf(
	specification: Specification,
	content: JsonObject,
	now = 0,
): Problem[] {
	return checkDocument(specification, content, now);
}

/** The paths of what is wrong, their names joined by `/`. */
export function wrongPaths(
	specification: Specification,
	content: JsonObject,
): string[] {
	return problemsOf(specification, content).map(({ path }) => path.join("/"));
}
