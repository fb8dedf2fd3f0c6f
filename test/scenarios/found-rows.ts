import { type Expected, exactly, matching } from "../support/matchers.ts";
import type { ActionRequest } from "../support/transports.ts";
import { collection, created, source } from "./document-rows.ts";

/* Documents to be found: a, b, c (n: 1, 2, 3) in the collection c, and z (n: 9) in d. */

const inPlace = (name: string, body: object): ActionRequest => ({
	action: "document:mCreate",
	args: { index: "i-{n}", collection: name },
	body,
});

/** At once, where to wait for the store would take a second. */
export function refreshed(name: string): ActionRequest {
	return {
		action: "collection:refresh",
		args: { index: "i-{n}", collection: name },
	};
}

export const findable: readonly ActionRequest[] = [
	collection,
	{ ...collection, args: { index: "i-{n}", collection: "d" } },
	inPlace("d", { documents: [{ _id: "z", body: { n: 9 } }] }),
	inPlace("c", {
		documents: ["a", "b", "c"].map((_id, at) => ({
			_id,
			body: { n: at + 1 },
		})),
	}),
	refreshed("c"),
	refreshed("d"),
];

/** A hit; in a sorted search it has no score. */
export function found(
	_id: string,
	n: number,
	_score: Expected = null,
	collection = "c",
): Expected {
	return exactly({
		_id,
		_score,
		_source: source({ n }, created),
		index: matching(/^i-\d+$/),
		collection,
	});
}
