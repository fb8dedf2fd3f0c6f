import { catalogue, type ErrorId } from "../../src/errors/catalogue.ts";
import type { Change, Difference, StepDifference } from "./difference.ts";

const SEARCH = "document-search";
const EXPORT = "document-export";

/** How searches, exports and writes by query differ from Kuzzle's. */
export const searchDifferences: readonly Difference[] = [
	{
		title: "A page of documents is limited by its size",
		kuzzle:
			"The `size` of document:search less its `from` is held against `limits.documentsFetchCount`, so that a page further on may be larger.",
		portico: "The `size` is, wherever the page begins.",
		why: "The limit is there to bound what one answer holds.",
		test: "test/scenarios/document-search.scenarios.test.ts",
		steps: [
			{
				scenario: SEARCH,
				step: 17,
				ours: refused("services.storage.get_limit_exceeded"),
			},
		],
	},
	{
		title: "A scroll's duration is an argument",
		kuzzle:
			"A `scroll` that is no duration is refused by Elasticsearch (`services.storage.unexpected_bad_request`).",
		portico:
			"It is refused as an argument (`api.assert.invalid_argument`), and so is one that is not above zero.",
		why: "The error names what is wrong.",
		test: "test/scenarios/document-search.scenarios.test.ts",
		steps: [
			{
				scenario: SEARCH,
				step: 50,
				ours: refused("api.assert.invalid_argument", ["scroll", "<text>"]),
			},
		],
	},
	{
		title: "A search between two distances is answered",
		kuzzle:
			"`geoDistanceRange` of Koncorde becomes `geo_distance_range`, a clause that Elasticsearch knows no more, so that it is refused.",
		portico:
			"It finds documents with a place as near as `to` and none as near as `from`.",
		why: "The documentation of Koncorde lists it.",
		test: "test/contracts/storage/clauses.ts",
	},
	{
		title: "A count in Koncorde needs no query",
		kuzzle:
			"document:count with `lang=koncorde` and no query fails with `plugin.runtime.unexpected_error` (500).",
		portico: "It counts everything, as it does without `lang`.",
		why: "The documentation says that the query may be left out.",
		test: "test/scenarios/document-search.scenarios.test.ts",
		steps: [
			{
				scenario: SEARCH,
				step: 74,
				ours: {
					status: 200,
					"body.status": 200,
					"body.error": null,
					"body.result": { count: 5 },
				},
			},
		],
	},
	{
		title: "Some members of a search are answered by Elasticsearch alone",
		kuzzle:
			"A search body may hold `suggest`, and a nested query or `collapse` may hold `inner_hits`.",
		portico:
			"On SQLite these are refused by name, and so are the options of `highlight` that it does not answer exactly. On Elasticsearch they are answered.",
		why: "To leave one out silently would give a wrong answer.",
		test: "test/contracts/storage/search-members.ts",
		steps: [
			{
				scenario: SEARCH,
				step: 35,
				backend: "sqlite",
				ours: refused("services.storage.invalid_search_query", ["suggest"]),
			},
			{
				scenario: SEARCH,
				step: 31,
				backend: "sqlite",
				ours: refused("services.storage.invalid_query_keyword", [
					"nested.inner_hits",
				]),
			},
		],
	},
	{
		title: "document:mGet of no ids has both its lists",
		kuzzle:
			"Over HTTP, document:mGet without `ids` answers a list of errors and none of successes.",
		portico: "Both lists are there, and empty.",
		why: "The documentation promises both.",
		test: "test/recordings/recordings.test.ts",
		steps: [
			{
				scenario: "http-query-args",
				step: 8,
				ours: { "body.result.successes": [] },
			},
		],
	},
	{
		title: "An export that cannot begin is refused",
		kuzzle:
			"document:export of a collection that there is not, or by a query that cannot be read, answers 200 and writes the error into the exported file.",
		portico:
			"The first page is read before the answer begins, so such a request is refused with its status and its error. What fails later ends the connection, so that the client sees that the file is cut.",
		why: "A file that holds an error in place of its documents looks like a whole one.",
		test: "test/controllers/document/export.test.ts",
		steps: [
			unexported(19, "services.storage.unknown_collection", ["dx", "ghost"]),
			unexported(20, "services.storage.unknown_index", ["ghost"]),
			unexported(21, "services.storage.unexpected_bad_request", ["<text>"]),
		],
	},
	{
		title: "Exports are sorted",
		kuzzle:
			"document:export ignores `sort`, and with `collapse` exports one page.",
		portico:
			"`sort` is honoured, and `collapse` refused. Nothing expires, however slowly the client reads: `scroll` is ignored. Values of a CSV that hold the separator, a quote or a line break are quoted (RFC 4180); no value is changed, also where a spreadsheet would take it for a formula.",
		why: "The documentation promises the sort; whoever reads a CSV back must find what was written.",
		test: "test/controllers/document/export.test.ts",
	},
	{
		title: "Writes by query never overtake others",
		kuzzle:
			"A document that is changed while a deleteByQuery or an updateByQuery runs may be written although the query no longer finds it, and bulk:updateByQuery stops at the first such document.",
		portico:
			"A document is written as it was found. One that was changed meanwhile is looked for again, a few times, and left alone once the query does not find it. bulk:deleteByQuery and bulk:updateByQuery read and write page by page, in constant memory.",
		why: "A write must not reach what the query does not name.",
		test: "test/documents/by-query.test.ts",
	},
];

function refused(id: ErrorId, props: readonly unknown[] = []): Change {
	const { status } = catalogue[id];
	return {
		status,
		"body.status": status,
		"body.result": null,
		"body.error": errorOf(id, props),
	};
}

/** In place of the text, the envelope of a refusal. */
function unexported(
	step: number,
	id: ErrorId,
	props: readonly unknown[],
): StepDifference {
	const { status } = catalogue[id];
	const place =
		step === 20 ? ["ghost", "c"] : ["dx", step === 19 ? "ghost" : "c"];
	return {
		scenario: EXPORT,
		step,
		ours: {
			"": (recorded: unknown) => {
				const { headers } = recorded as { headers: Record<string, string> };
				const { "content-disposition": _, ...kept } = headers;
				return {
					status,
					headers: {
						...kept,
						"content-type": "application/json",
						"content-encoding": "identity",
					},
					body: {
						status,
						error: errorOf(id, props),
						controller: "document",
						action: "export",
						index: place[0],
						collection: place[1],
						requestId: headers["x-kuzzle-request-id"],
						volatile: null,
						headers: {},
						result: null,
					},
				};
			},
		},
	};
}

function errorOf(id: ErrorId, props: readonly unknown[]): object {
	const { code, status } = catalogue[id];
	return { code, id, message: "<text>", props, status };
}
