import { refresh } from "../../src/action/args.ts";
import type { Body } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject } from "../../src/action/json-schema.ts";
import type {
	BulkImports,
	BulkReport,
} from "../../src/documents/bulk-imports.ts";
import {
	type BulkItem,
	parseBulkLines,
} from "../../src/documents/bulk-lines.ts";
import {
	createError,
	createMultipleError,
} from "../../src/errors/gateway-error.ts";
import { createSteps } from "../../src/errors/steps.ts";
import { isObject } from "../../src/lib/json.ts";
import type { Target } from "../../src/storage/storage.ts";
import type { AdminContext } from "./context.ts";

interface Fixture {
	readonly target: Target;
	readonly items: readonly BulkItem[];
}

/** Nothing is written before all of it was read, and all the collections are there. */
export const loadFixtures = ({ imports }: AdminContext) =>
	defineAction({
		name: "admin:loadFixtures",
		summary: "Writes documents into collections that exist.",
		http: ["POST /admin/_loadFixtures"],
		args: { refresh: refresh("wait_for") },
		body: fixturesBody(),
		result: null,
		async handler({ args, body, signal }) {
			const options = { kuid: null, refresh: args.refresh, signal: signal() };
			for (const { target } of body) {
				await imports.assertTarget(target, options);
			}
			const errors = await loadAll(imports, body, options);
			if (errors.length > 0) {
				throw createMultipleError(errors, "services.storage.import_failed");
			}
		},
	});

async function loadAll(
	imports: BulkImports,
	fixtures: readonly Fixture[],
	options: Parameters<BulkImports["run"]>[2],
): Promise<BulkReport[]> {
	const step = createSteps();
	const errors: BulkReport[] = [];
	for (const { target, items } of fixtures) {
		const imported = await step(() => imports.run(target, items, options));
		errors.push(...imported.errors);
	}
	return errors;
}

/** `{index: {collection: [lines of a bulk]}}`. */
function fixturesBody(): Body<readonly Fixture[]> {
	return {
		required: true,
		schema: anyObject(
			"Lines of Elasticsearch's bulk API, by index and by collection.",
			{
				"nyc-open-data": {
					"yellow-taxi": [{ create: { _id: "taxi-1" } }, { plate: "abc" }],
				},
			},
		),
		read(body) {
			if (!isObject(body)) throw createError("api.assert.body_required");
			return Object.entries(body).flatMap(([index, collections]) => {
				// Kuzzle's error speaks of the value, not of the name (recorded).
				if (!isObject(collections)) {
					throw createError(
						"api.assert.invalid_argument",
						typeof collections === "string"
							? collections
							: JSON.stringify(collections),
						"object",
					);
				}
				return Object.entries(collections).map(([collection, lines]) => ({
					target: { scope: "public" as const, index, collection },
					items: readLines(lines),
				}));
			});
		},
	};
}

function readLines(lines: unknown): BulkItem[] {
	if (Array.isArray(lines)) return parseBulkLines(lines);
	throw createError(
		"services.storage.unexpected_bad_request",
		"the lines of a collection must be a list",
	);
}
