import { flag } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	arrayOf,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import type { IndexFigures } from "../../src/storage/storage.ts";
import type { DataContext } from "../document/context.ts";

export const list = ({ storage }: DataContext) =>
	defineAction({
		name: "index:list",
		summary: "Lists the indexes, by name.",
		http: ["GET /_list"],
		args: {
			countCollection: flag("Counts the collections of each index."),
			countCollections: flag(
				"The same: Kuzzle reads the one name, and documents the other.",
			),
		},
		body: none,
		result: {
			type: "object",
			properties: {
				indexes: arrayOf(text("Name of an index.", "nyc-open-data")),
				collections: {
					type: "object",
					description:
						"How many collections each index has; with `countCollection` only.",
					additionalProperties: whole("A number of collections.", 3),
				},
			},
			required: ["indexes"],
		},
		async handler({ args, signal }) {
			const options = { signal: signal() };
			if (!args.countCollection && !args.countCollections) {
				return { indexes: await storage.listIndexes("public", options) };
			}
			const listed = await storage.listEverything("public", options);
			return {
				indexes: listed.map(({ index }) => index),
				collections: Object.fromEntries(
					listed.map(({ index, collections }) => [index, collections.length]),
				),
			};
		},
	});

export const stats = ({ storage }: DataContext) =>
	defineAction({
		name: "index:stats",
		summary:
			"Tells how many documents each collection holds, and how many bytes they take. It takes as long as there are documents.",
		http: ["GET /_storageStats"],
		args: {},
		body: none,
		result: objectOf({
			indexes: arrayOf(
				objectOf({
					name: text("Name of the index.", "nyc-open-data"),
					size: bytes("Of its collections together, in bytes."),
					collections: arrayOf(
						objectOf({
							name: text("Name of the collection.", "yellow-taxi"),
							documentCount: whole("How many documents it holds.", 42),
							size: bytes("What they take, in bytes, copies included."),
						}),
					),
				}),
			),
			size: bytes("Of all indexes together, in bytes."),
		}),
		async handler({ signal }) {
			const options = { signal: signal() };
			const indexes = await storage.measureCollections("public", options);
			const answered = indexes.map(answer);
			return { indexes: answered, size: sizeOf(answered) };
		},
	});

function bytes(description: string) {
	return whole(description, 16_384);
}

function answer({ index, collections }: IndexFigures) {
	const answered = collections.map((figures) => ({
		name: figures.collection,
		documentCount: figures.documents,
		size: figures.bytes,
	}));
	return { name: index, size: sizeOf(answered), collections: answered };
}

function sizeOf(parts: readonly { readonly size: number }[]): number {
	return parts.reduce((sum, { size }) => sum + size, 0);
}
