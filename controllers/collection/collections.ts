import { flag } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject, flagged } from "../../src/action/json-schema.ts";
import type { DataContext } from "../document/context.ts";
import { place, toTarget } from "./place.ts";
import { acknowledged, alwaysNull, mappingsShape } from "./shapes.ts";

export const exists = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:exists",
		summary: "Tells whether there is a collection of that name.",
		http: ["GET /:index/:collection/_exists"],
		args: place,
		body: none,
		result: flagged("Whether there is one."),
		handler: ({ args, signal }) =>
			storage.collectionExists(toTarget(args), { signal: signal() }),
	});

export const getMapping = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:getMapping",
		summary: "Reads the mappings of a collection.",
		http: ["GET /:index/:collection/_mapping"],
		args: {
			...place,
			includeKuzzleMeta: flag(
				"Shows how the metadata (`_kuzzle_info`) is mapped, too.",
			),
		},
		body: none,
		result: mappingsShape,
		async handler({ args, signal }) {
			const target = toTarget(args);
			const mappings = await storage.getMappings(target, { signal: signal() });
			if (args.includeKuzzleMeta) return mappings;
			const { _kuzzle_info, ...properties } = mappings.properties;
			return { ...mappings, properties };
		},
	});

export const getSettings = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:getSettings",
		summary: "Reads the settings of a collection.",
		http: ["GET /:index/:collection/_settings"],
		args: place,
		body: none,
		result: anyObject(
			"Settings of an index of Elasticsearch. SQLite keeps them, and they have no effect there.",
			{ number_of_shards: "1", number_of_replicas: "1" },
		),
		handler: ({ args, signal }) =>
			storage.getSettings(toTarget(args), { signal: signal() }),
	});

export const refresh = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:refresh",
		summary: "Lets searches see everything that was written.",
		http: ["POST /:index/:collection/_refresh"],
		args: place,
		body: none,
		result: alwaysNull,
		async handler({ args, signal }) {
			await storage.refresh(toTarget(args), { signal: signal() });
			return null;
		},
	});

export const truncate = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:truncate",
		summary:
			"Deletes every document of a collection. Its mappings and settings stay; subscribers are not told.",
		http: ["DELETE /:index/:collection/_truncate"],
		args: place,
		body: none,
		result: acknowledged,
		async handler({ args, signal }) {
			await storage.truncateCollection(toTarget(args), { signal: signal() });
			return { acknowledged: true };
		},
	});

export const deleteOne = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:delete",
		summary:
			"Deletes a collection with all its documents. The index stays, also when it was its last.",
		http: ["DELETE /:index/:collection"],
		args: place,
		body: none,
		result: alwaysNull,
		async handler({ args, signal }) {
			await storage.deleteCollection(toTarget(args), { signal: signal() });
			return null;
		},
	});
