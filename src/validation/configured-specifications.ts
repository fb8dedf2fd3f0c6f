import { ConfigError, type ConfigIssue } from "../config/config-error.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { isValidName } from "../storage/names.ts";
import { parseSpecification } from "./parse-specification.ts";
import type { CompileFilters } from "./specification.ts";
import type { Place } from "./stored-specifications.ts";

export interface ConfiguredSpecification extends Place {
	readonly validation: JsonObject;
}

/** Reads the configuration key `validation`: `{<index>: {<collection>: <specification>}}`. Throws a `ConfigError` that names all that is wrong. */
export function readConfiguredSpecifications(
	given: Readonly<Record<string, unknown>>,
	compileFilters: CompileFilters,
): ConfiguredSpecification[] {
	const issues: ConfigIssue[] = [];
	const demand = (key: string, expected: string) => {
		issues.push({ key, expected, source: "configuration" });
	};
	const found: ConfiguredSpecification[] = [];
	for (const [index, collections] of Object.entries(given)) {
		if (!isValidName(index) || !isObject(collections)) {
			demand(`validation.${index}`, "an index, with its collections");
			continue;
		}
		for (const [collection, validation] of Object.entries(collections)) {
			const key = `validation.${index}.${collection}`;
			if (!isValidName(collection) || !isObject(validation)) {
				demand(key, "a collection, with its specification");
				continue;
			}
			const { problems = [] } = parseSpecification(validation, compileFilters);
			for (const problem of problems) {
				demand(key, `a right specification. ${problem}`);
			}
			found.push({ index, collection, validation: validation as JsonObject });
		}
	}
	if (issues.length > 0) throw new ConfigError(issues);
	return found;
}
