import { refresh } from "../../src/action/args.ts";
import type { Body } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject } from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { createSteps } from "../../src/errors/steps.ts";
import { isObject } from "../../src/lib/json.ts";
import type {
	CollectionDefinition,
	Storage,
	Target,
} from "../../src/storage/storage.ts";
import type { AdminContext } from "./context.ts";
import { acknowledged } from "./shapes.ts";

interface LoadedCollection {
	readonly target: Target;
	readonly mappings: NonNullable<CollectionDefinition["mappings"]>;
}

export const loadMappings = ({ security, storage }: AdminContext) =>
	defineAction({
		name: "admin:loadMappings",
		summary:
			"Creates collections, and the indexes that they are in. Of those that exist, the mappings are added to.",
		http: ["POST /admin/_loadMappings"],
		args: { refresh: refresh("wait_for") },
		body: mappingsBody(),
		result: acknowledged,
		async handler({ body, signal }) {
			signal().throwIfAborted();
			await security.locks.run(
				{ name: "database", action: "loadMappings" },
				() => createCollections(storage, body),
			);
			return { acknowledge: true };
		},
	});

/** Once begun it goes on to its end, whatever the signal. It stops at the first that is refused. */
async function createCollections(
	storage: Storage,
	collections: readonly LoadedCollection[],
): Promise<void> {
	const step = createSteps();
	for (const { target, mappings } of collections) {
		await step(() => storage.createCollection(target, { mappings }));
	}
}

/** `{index: {collection: mappings}}`. An index without collections is not made (recorded). */
function mappingsBody(): Body<readonly LoadedCollection[]> {
	return {
		required: true,
		schema: anyObject("Mappings, by index and by collection.", {
			"nyc-open-data": {
				"yellow-taxi": {
					dynamic: "strict",
					properties: { plate: { type: "keyword" } },
				},
			},
		}),
		read(body) {
			if (!isObject(body)) throw createError("api.assert.body_required");
			return membersOf(body).flatMap(([index, collections]) =>
				membersOf(collections).map(([collection, mappings]) => ({
					target: { scope: "public" as const, index, collection },
					mappings,
				})),
			);
		},
	};
}

function membersOf(
	given: Readonly<Record<string, unknown>>,
): [string, Record<string, unknown>][] {
	return Object.entries(given).map(([name, member]) => {
		// Kuzzle's error speaks of the value, not of the name (recorded).
		if (!isObject(member)) {
			throw createError(
				"api.assert.invalid_argument",
				String(member),
				"object",
			);
		}
		return [name, member];
	});
}
