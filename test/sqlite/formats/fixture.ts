/** What each kept database file holds. A new format's file is made by running `make-fixture.js` of this folder, once. */
import type { JsonObject } from "../../../src/lib/json.ts";
import type { Target } from "../../../src/storage/storage.ts";

export const FIXTURE: Target = {
	scope: "public",
	index: "fixture",
	collection: "things",
};

/** As they are after `make-fixture.js`: "two" was written twice. */
export const fixtureDocuments: readonly {
	readonly id: string;
	readonly version: number;
	readonly content: JsonObject;
}[] = [
	{
		id: "one",
		version: 1,
		content: { color: "red", size: 1, tags: ["a", "b"] },
	},
	{
		id: "two",
		version: 2,
		content: { color: "blue", size: 2.5, text: "A blue thing" },
	},
	{
		id: "três",
		version: 1,
		content: { color: "green", at: "2024-01-01", deep: { here: { it: "is" } } },
	},
];
