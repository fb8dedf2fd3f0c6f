import { integer, optionalString, string } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	arrayOf,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { DataContext } from "../document/context.ts";

const TYPES = ["all", "stored", "realtime"];

interface Listed {
	readonly name: string;
	readonly type: "stored" | "realtime";
}

export const list = ({ storage }: DataContext) =>
	defineAction({
		name: "collection:list",
		summary: "Lists the collections of an index, by name.",
		http: ["GET /:index/_list"],
		args: {
			index: string("path", "Name of the index.", "nyc-open-data"),
			type: optionalString(
				"`stored`: those that hold documents. `realtime`: those that somebody is subscribed to. Default: `all`.",
			),
			from: integer("How many to leave out.", 0),
			size: integer("How many to answer at most; 0: all.", 0),
		},
		body: none,
		result: {
			type: "object",
			properties: {
				type: text("Which ones were asked for.", "all"),
				collections: arrayOf(
					objectOf({
						name: text("Name of the collection.", "yellow-taxi"),
						type: text("`stored` or `realtime`.", "stored"),
					}),
				),
				from: whole("How many were left out; where that was asked for."),
				size: whole("How many were asked for; where there was a limit."),
			},
			required: ["type", "collections"],
		},
		async handler({ args, signal }) {
			const { index, type = "all", from, size } = args;
			if (!TYPES.includes(type)) {
				throw createError(
					"api.assert.invalid_argument",
					"type",
					TYPES.map((each) => `"${each}"`).join(", "),
				);
			}
			const names = await storage.listCollections("public", index, {
				signal: signal(),
			});
			const stored: Listed[] =
				type === "realtime"
					? []
					: names.map((name) => ({ name, type: "stored" }));
			return {
				type,
				collections: page(stored, from, size),
				...asked(from, size),
			};
		},
	});

function page(
	listed: readonly Listed[],
	from: number,
	size: number,
): readonly Listed[] {
	const start = Math.max(from, 0);
	return listed.slice(start, size > 0 ? start + size : undefined);
}

/** What was asked for, shown only where it is something. */
function asked(from: number, size: number): object {
	if (size !== 0) return { from, size };
	return from === 0 ? {} : { from };
}
