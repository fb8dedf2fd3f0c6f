import { defineAction } from "../../src/action/define-action.ts";
import type { Mappings } from "../../src/storage/storage.ts";
import type { DataContext } from "../document/context.ts";
import { definitionChange, newDefinition, ownMappings } from "./definition.ts";
import { place, toTarget } from "./place.ts";
import { acknowledged, alwaysNull, mappingsShape } from "./shapes.ts";

export const create = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:create",
		summary:
			"Creates a collection, and its index where that is missing. Of one that exists, mappings and settings are updated.",
		http: ["PUT /:index/:collection"],
		args: place,
		body: newDefinition,
		result: acknowledged,
		async handler({ args, body, signal }) {
			await storage.createCollection(toTarget(args), body, {
				signal: signal(),
			});
			return { acknowledged: true };
		},
	});

export const update = ({ storage, reindexing }: DataContext) =>
	defineAction({
		name: "collection:update",
		summary:
			"Adds mappings to a collection and changes its settings. The type of a field never changes.",
		http: ["POST /:index/:collection"],
		args: place,
		body: definitionChange,
		result: alwaysNull,
		async handler({ args, body, signal }) {
			const target = toTarget(args);
			const options = { signal: signal() };
			const { reindexCollection, ...definition } = body;
			const before = await storage.getMappings(target, options);
			await storage.updateCollection(target, definition, options);
			if (reindexCollection || growsNow(before, definition.mappings?.dynamic)) {
				reindexing.start(target);
			}
			return null;
		},
	});

export const updateMapping = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:updateMapping",
		summary: "Adds mappings to a collection; use `collection:update` instead.",
		http: [],
		deprecatedRoutes: [
			{ route: "PUT /:index/:collection/_mapping", since: "2.1.0" },
		],
		args: place,
		body: ownMappings,
		result: mappingsShape,
		async handler({ args, body, signal }) {
			const target = toTarget(args);
			const options = { signal: signal() };
			await storage.updateCollection(target, { mappings: body }, options);
			return storage.getMappings(target, options);
		},
	});

/** Fields that were kept unmapped are to be mapped, or refused, from now on. */
function growsNow(before: Mappings, dynamic: unknown): boolean {
	return (
		before.dynamic === "false" &&
		dynamic !== undefined &&
		String(dynamic) !== "false"
	);
}
