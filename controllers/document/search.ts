import { lang, optionalString, string } from "../../src/action/args.ts";
import { none, optionalContent } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { anyObject, objectOf, whole } from "../../src/action/json-schema.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "./context.ts";
import {
	bodyOf,
	foundShape,
	pageArgs,
	searchBodyArg,
	searchMembers,
} from "./search-shapes.ts";
import { readSearchTargets, searchTargetArgs } from "./search-targets.ts";

export const search = ({ searches }: DataContext) =>
	defineAction({
		name: "document:search",
		summary: "Searches for documents, in one collection or in several.",
		http: [
			"POST /:index/:collection/_search",
			"GET /:index/:collection/_search",
		],
		args: {
			...searchTargetArgs,
			...pageArgs,
			scroll: optionalString(
				'Opens a scroll and keeps it for that long between two pages, such as "15s" or "1m".',
			),
			lang: lang(),
			searchBody: searchBodyArg(),
		},
		body: optionalContent("A search. None finds everything.", searchMembers),
		result: foundShape,
		handler: ({ args, envelope, signal }) =>
			searches.search(
				{
					targets: readSearchTargets(args),
					body: bodyOf(envelope, args.searchBody),
					from: args.from,
					size: args.size,
					lang: args.lang,
					scroll: args.scroll,
				},
				{ signal: signal() },
			),
	});

export const scroll = ({ searches }: DataContext) =>
	defineAction({
		name: "document:scroll",
		summary: "Answers the next page of a search.",
		http: ["GET /_scroll/:scrollId"],
		args: {
			scrollId: string(
				"path",
				"The scroll's id, which its first page answered.",
			),
			scroll: optionalString(
				"How long to keep the scroll for its next page. Default: the configured `services.storageEngine.defaults.scrollTTL`.",
			),
		},
		body: none,
		result: foundShape,
		handler: ({ args, signal }) =>
			searches.scroll(args.scrollId, args.scroll, { signal: signal() }),
	});

export const count = ({ searches }: DataContext) =>
	defineAction({
		name: "document:count",
		summary: "Counts the documents that match a query.",
		http: ["POST /:index/:collection/_count"],
		args: { ...place, lang: lang() },
		body: optionalContent("A query. None counts everything.", {
			query: anyObject("The query, in the language that `lang` names.", {}),
		}),
		result: objectOf({ count: whole("Number of matches.") }),
		async handler({ args, body, signal }) {
			const count = await searches.count(toTarget(args), body, args.lang, {
				signal: signal(),
			});
			return { count };
		},
	});
