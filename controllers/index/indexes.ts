import { string } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { flagged, objectOf } from "../../src/action/json-schema.ts";
import type { DataContext } from "../document/context.ts";

const index = string("path", "Name of the index.", "nyc-open-data");

export const create = ({ storage }: DataContext) =>
	defineAction({
		name: "index:create",
		summary: "Creates an index.",
		http: ["POST /:index/_create"],
		args: { index },
		body: none,
		result: null,
		handler: ({ args, signal }) =>
			storage.createIndex("public", args.index, { signal: signal() }),
	});

export const exists = ({ storage }: DataContext) =>
	defineAction({
		name: "index:exists",
		summary: "Tells whether there is an index of that name.",
		http: ["GET /:index/_exists"],
		args: { index },
		body: none,
		result: flagged("Whether there is one."),
		handler: ({ args, signal }) =>
			storage.indexExists("public", args.index, { signal: signal() }),
	});

export const deleteOne = ({ storage }: DataContext) =>
	defineAction({
		name: "index:delete",
		summary: "Deletes an index with all its collections and documents.",
		http: ["DELETE /:index"],
		args: { index },
		body: none,
		result: objectOf({ acknowledged: flagged("Always true.") }),
		async handler({ args, signal }) {
			await storage.deleteIndex("public", args.index, { signal: signal() });
			return { acknowledged: true };
		},
	});
