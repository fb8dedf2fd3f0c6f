import type { JsonObject } from "../lib/json.ts";
import { compileFilter } from "./compile-filter.ts";
import { DocumentView } from "./document-view.ts";
import { normalise } from "./normalise.ts";
import { parseFilter } from "./parse-filter.ts";

/** Makes a test of filters that a document must all match. Throws `api.assert.koncorde_dsl_error`. */
export function compileFilters(
	filters: readonly unknown[],
): (content: JsonObject) => boolean {
	const test = compileFilter(
		normalise({ kind: "and", parts: filters.map(parseFilter) }),
	);
	return (content) => test(new DocumentView(content));
}
