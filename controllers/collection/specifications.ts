import { integer } from "../../src/action/args.ts";
import { content, none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	anyObject,
	arrayOf,
	flagged,
	type JsonSchema,
	objectOf,
	text,
} from "../../src/action/json-schema.ts";
import type { DataContext } from "../document/context.ts";
import {
	nextPageArgs,
	scrollArg,
	scrolledShape,
	searchBody,
} from "../security/shapes.ts";
import { place } from "./place.ts";
import { acknowledged } from "./shapes.ts";

/** A specification, as the bodies of two actions and the results of three have it. */
const members: Readonly<Record<string, JsonSchema>> = {
	strict: flagged(
		"Whether fields that are not described are refused. Default: false.",
	),
	fields: anyObject(
		"{<path, its names joined by />: {type, mandatory, defaultValue, multivalued, typeOptions, description}}",
		{
			age: { type: "integer", mandatory: true },
			tags: { type: "string", multivalued: { value: true, maxCount: 5 } },
		},
	),
	validators: arrayOf(
		anyObject("A Koncorde filter.", {}),
		"Filters, all of which a document must pass.",
	),
};
const specificationBody = content("The specification.", members);
const specification = {
	...objectOf(members, "The specification."),
	required: [],
};
const storedSpecification = objectOf({
	index: text("The index."),
	collection: text("The collection."),
	validation: specification,
	_kuzzle_info: anyObject("When it was written."),
});

export const getSpecifications = ({ validations }: DataContext) =>
	defineAction({
		name: "collection:getSpecifications",
		summary: "Reads the specification of a collection.",
		http: ["GET /:index/:collection/_specifications"],
		args: place,
		body: none,
		result: storedSpecification,
		handler: ({ args, signal }) => validations.get(args, { signal: signal() }),
	});

export const updateSpecifications = ({ validations }: DataContext) =>
	defineAction({
		name: "collection:updateSpecifications",
		summary:
			"Writes the specification of a collection, which need not be there: what its documents must look like from now on.",
		http: ["PUT /:index/:collection/_specifications"],
		args: place,
		body: specificationBody,
		result: specification,
		async handler({ args, body, signal }) {
			await validations.update(args, body, { signal: signal() });
			return body;
		},
	});

export const validateSpecifications = ({ validations }: DataContext) =>
	defineAction({
		name: "collection:validateSpecifications",
		summary: "Tells whether a specification is right, without writing it.",
		http: ["POST /:index/:collection/_validateSpecifications"],
		args: place,
		body: specificationBody,
		result: {
			...objectOf({
				valid: flagged("Whether it is right."),
				description: text("What is the matter; only where it is wrong."),
				details: arrayOf(
					text("One thing that is wrong."),
					"All that is wrong; only where it is wrong.",
				),
			}),
			required: ["valid"],
		},
		handler: ({ body }) => validations.inspect(body),
	});

export const deleteSpecifications = ({ validations }: DataContext) =>
	defineAction({
		name: "collection:deleteSpecifications",
		summary:
			"Deletes the specification of a collection; none to delete is no failure.",
		http: ["DELETE /:index/:collection/_specifications"],
		args: place,
		body: none,
		result: acknowledged,
		async handler({ args, signal }) {
			await validations.delete(args, { signal: signal() });
			return { acknowledged: true };
		},
	});

const found = scrolledShape(
	objectOf({
		_id: text("The index and the collection, joined by #."),
		_source: storedSpecification,
		_score: { type: "number", description: "How well it matches." },
		index: text("Always `kuzzle`."),
		collection: text("Always `validations`."),
	}),
);

export const searchSpecifications = ({ validations, security }: DataContext) =>
	defineAction({
		name: "collection:searchSpecifications",
		summary: "Searches the specifications of all collections.",
		http: ["POST /validations/_search"],
		args: {
			from: integer("How many matches to pass over.", 0),
			size: integer("How many to answer at most.", 10),
			scroll: scrollArg,
		},
		body: searchBody(),
		result: found,
		handler({ args: { from, size, scroll }, body, signal }) {
			const options = { scroll, signal: signal() };
			const request = security.searches.parse({
				body,
				from,
				size,
				lang: "elasticsearch",
				...options,
			});
			return validations.search(request, options);
		},
	});

export const scrollSpecifications = ({ validations }: DataContext) =>
	defineAction({
		name: "collection:scrollSpecifications",
		summary: "Reads the next page of a search of specifications.",
		http: ["GET /validations/_scroll/:scrollId"],
		args: nextPageArgs,
		body: none,
		result: found,
		handler: ({ args: { scrollId, scroll }, signal }) =>
			validations.scroll(scrollId, { scroll, signal: signal() }),
	});
