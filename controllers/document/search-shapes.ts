import { type Arg, integer } from "../../src/action/args.ts";
import {
	anyObject,
	arrayOf,
	type JsonSchema,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { isObject } from "../../src/lib/json.ts";

/* What the searches for documents take and answer. */

export const pageArgs = {
	from: integer("How many matches to pass over.", 0),
	size: integer("How many to answer at most.", 10),
};

/** The members of a search body. */
export const searchMembers: Readonly<Record<string, JsonSchema>> = {
	query: anyObject("The query, in the language that `lang` names.", {}),
	sort: arrayOf(anyObject("{<field>: asc or desc}"), "The order."),
	search_after: arrayOf(
		text("The value of one sort key."),
		"Goes on after the document that has these values.",
	),
	aggregations: anyObject("What to compute of all matches, by name."),
};

const foundDocument = objectOf({
	_id: text("The document's id."),
	_score: {
		type: "number",
		description: "How well it matches; null where another order was asked for.",
	},
	_source: anyObject("Its content."),
	index: text("Its index."),
	collection: text("Its collection."),
});

export const foundShape: JsonSchema = {
	...objectOf({
		hits: arrayOf(foundDocument),
		total: whole("Number of matches, whatever the page."),
	}),
	properties: {
		hits: arrayOf(foundDocument),
		total: whole("Number of matches, whatever the page."),
		aggregations: anyObject("What was computed, by name."),
		scrollId: text("Leads to the next page; only with `scroll`."),
		remaining: whole("Matches after this page; only with `scroll`."),
	},
};

/** Of a GET request, which has no body: JSON in the query string. Elsewhere it is not read. */
export function searchBodyArg(): Arg<
	Readonly<Record<string, unknown>> | undefined
> {
	return {
		place: "query",
		required: false,
		schema: anyObject("The body of the search, as JSON; for GET only."),
		read(value, name, notation) {
			if (value === undefined || notation === "json") return undefined;
			const body = typeof value === "string" ? parse(value) : value;
			if (isObject(body)) return body;
			throw createError("api.assert.invalid_type", name, "object");
		},
	};
}

/** A request without a body may have put it into its query string. */
export function bodyOf(
	{ body }: Envelope,
	given: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> {
	if (isObject(body)) return body;
	return body === null ? (given ?? {}) : {};
}

function parse(value: string): unknown {
	try {
		return JSON.parse(value);
	} catch {
		return null;
	}
}
