import {
	integer,
	lang,
	optionalInteger,
	optionalString,
	string,
} from "../../src/action/args.ts";
import {
	type Body,
	fields,
	listField,
	optionalContent,
} from "../../src/action/body.ts";
import {
	anyObject,
	arrayOf,
	type JsonSchema,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";

/* What several actions take or answer: searches, lists of ids, rights. */

/** Default: as much as one call may read. */
export const searchArgs = {
	from: integer("How many matches to pass over.", 0),
	size: optionalInteger(
		"How many to answer at most. Default: `limits.documentsFetchCount`.",
	),
	lang: lang(),
};
export const scrollArg = optionalString(
	'Opens a scroll and keeps it for that long between two pages, such as "15s" or "1m".',
);
export const nextPageArgs = {
	scrollId: string("path", "The scroll's id, which its first page answered."),
	scroll: optionalString(
		"How long to keep the scroll for its next page. Default: the configured `services.storageEngine.defaults.scrollTTL`.",
	),
};

/** The body of a search. `more` are members beside query and sort. */
export function searchBody(
	more: Readonly<Record<string, JsonSchema>> = {},
): Body<Readonly<Record<string, unknown>>> {
	return optionalContent("A search. None finds everything.", {
		query: anyObject("The query, in the language that `lang` names.", {}),
		sort: arrayOf(anyObject("{<field>: asc or desc}"), "The order."),
		...more,
	});
}

export function foundShape(hit: JsonSchema): JsonSchema {
	return objectOf({
		hits: arrayOf(hit),
		total: whole("Number of matches, whatever the page."),
	});
}

/** As `foundShape`, for what may be scrolled through. */
export function scrolledShape(hit: JsonSchema): JsonSchema {
	const { properties, ...shape } = foundShape(hit);
	return {
		...shape,
		properties: {
			...properties,
			scrollId: text("Leads to the next page; only with `scroll`."),
		},
	};
}

/** What a list of ids finds. */
export function hitsShape(hit: JsonSchema): JsonSchema {
	return objectOf({ hits: arrayOf(hit) });
}

export const idsBody = fields({
	ids: listField("The ids.", text("An id.")),
});

export const rightsShape = objectOf({
	hits: arrayOf(
		objectOf({
			controller: text("A controller's name, or *."),
			action: text("An action's name, or *."),
			index: text("An index, or *."),
			collection: text("A collection, or *."),
			value: text("`allowed` or `denied`."),
		}),
	),
	total: whole("Number of hits."),
});
