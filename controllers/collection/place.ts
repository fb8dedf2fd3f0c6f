import { string } from "../../src/action/args.ts";
import type { Target } from "../../src/storage/storage.ts";

/** The arguments that name a collection. */
export const place = {
	index: string("path", "Name of the index.", "nyc-open-data"),
	collection: string("path", "Name of the collection.", "yellow-taxi"),
};

/** Clients reach public collections only. */
export function toTarget({
	index,
	collection,
}: {
	readonly index: string;
	readonly collection: string;
}): Target {
	return { scope: "public", index, collection };
}
