import { refresh } from "../../src/action/args.ts";
import { fields, objectField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { objectOf, whole } from "../../src/action/json-schema.ts";
import { readQuery } from "../../src/documents/read-search.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "../document/context.ts";

/* Any number of documents, told to nobody. */

const args = { ...place, refresh: refresh(false) };
const query = objectField("The query. An empty one finds everything.", {
	required: true,
	example: { term: { color: "yellow" } },
});

export const deleteByQuery = ({ byQuery }: DataContext) =>
	defineAction({
		name: "bulk:deleteByQuery",
		summary:
			"Deletes the documents that a query finds, however many, and notifies nobody.",
		http: ["DELETE /:index/:collection/_bulk/_query"],
		args,
		body: fields({ query }),
		result: objectOf({ deleted: whole("How many.") }),
		async handler({ args, body, signal }) {
			const deleted = await byQuery.deleteAll(
				toTarget(args),
				readQuery(body.query, "elasticsearch"),
				{ refresh: args.refresh, signal: signal() },
			);
			return { deleted };
		},
	});

export const updateByQuery = ({ byQuery }: DataContext) =>
	defineAction({
		name: "bulk:updateByQuery",
		summary:
			"Merges changes into the documents that a query finds, however many, as they are: metadata stays, and nobody is notified.",
		http: ["PATCH /:index/:collection/_bulk/_query"],
		args,
		body: fields({
			query,
			changes: objectField("What is merged into each document.", {
				required: true,
				example: { color: "green" },
			}),
		}),
		result: objectOf({ updated: whole("How many.") }),
		async handler({ args, body, signal }) {
			const updated = await byQuery.updateAll(
				toTarget(args),
				readQuery(body.query, "elasticsearch"),
				body.changes as JsonObject,
				{ refresh: args.refresh, signal: signal() },
			);
			return { updated };
		},
	});
