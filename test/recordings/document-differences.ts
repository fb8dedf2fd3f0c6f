import { catalogue, type ErrorId } from "../../src/errors/catalogue.ts";
import type { Change, Difference } from "./difference.ts";

const CREATE_GET = "document-create-get";
const MANY = "document-many";
const WRITE = "document-write";
const SPECIFICATIONS = "collection-specifications";
const BODY_REQUIRED = refused("api.assert.body_required");
const NO_DOCUMENTS = missing("body.documents");

/** How the actions on documents differ from Kuzzle's. */
export const documentDifferences: readonly Difference[] = [
	{
		title: "A document that an upsert makes has an author",
		kuzzle:
			"A document made by document:upsert has no author and no creation date; one made by document:mUpsert has them, but no updatedAt and updater.",
		portico:
			"Both write author, createdAt, updatedAt and updater, as document:createOrReplace does.",
		why: "The documentation promises the metadata of every document.",
		test: "test/scenarios/document-changes.scenarios.test.ts",
		steps: [
			...authored([37, 38, 39], "body.result._source"),
			...authored([47], "body.result._source"),
			...authored([57], "body.result._source"),
		],
	},
	{
		title: "The changes of document:mUpsert win over its default",
		kuzzle:
			"Where both name a field of a new document, document:upsert takes the value of the changes, document:mUpsert that of the default.",
		portico: "Both take that of the changes.",
		why: "The documentation says the same of both: the default is what is added to the changes. An error names the two as they were sent.",
		test: "test/scenarios/document-lists.scenarios.test.ts",
		steps: [
			{
				scenario: MANY,
				step: 39,
				ours: {
					"body.result.successes.1._source": upserted("<ms:18>"),
				},
			},
			{
				scenario: MANY,
				step: 40,
				ours: { "body.result._source": upserted("<ms:18>") },
			},
			{
				scenario: MANY,
				step: 44,
				ours: {
					"body.error.errors.0.document._source.default": {
						_kuzzle_info: {
							author: "-1",
							createdAt: "<ms:19>",
							updatedAt: null,
							updater: null,
						},
					},
				},
			},
		],
	},
	{
		title: "document:mCreate never overwrites",
		kuzzle:
			"When one request of document:mCreate names an id twice, the second document replaces the first.",
		portico: "The second is refused: its id is taken.",
		why: "The documentation promises that a creation fails for an id that exists already.",
		test: "test/scenarios/document-lists.scenarios.test.ts",
		steps: [
			{
				scenario: MANY,
				step: 21,
				ours: {
					"body.result.successes": (successes: unknown[]) =>
						successes.slice(0, 1),
					"body.result.errors": [
						{
							document: { _id: "dup", body: { a: 2 } },
							reason: "<text>",
							status: 400,
						},
					],
				},
			},
		],
	},
	{
		title: "Answers without contents, wherever `source` is false",
		kuzzle:
			"Of the actions on several documents that take `source`, only document:mCreateOrReplace leaves the contents out when it is false.",
		portico: "All of them do.",
		why: "An argument that is taken is to be heeded. Nothing changes for who does not send it.",
		test: "test/scenarios/document-lists.scenarios.test.ts",
		steps: [
			{
				scenario: MANY,
				step: 15,
				ours: {
					"body.result.successes.0": ({
						_source,
						...rest
					}: Record<string, unknown>) => rest,
				},
			},
		],
	},
	{
		title: "document:mDelete is limited",
		kuzzle:
			"document:mDelete deletes any number of documents, and answers them in no order.",
		portico:
			"It refuses more than `limits.documentsWriteCount`, and answers them in the order of the request.",
		why: "The documentation promises the limit, and the lists of all other actions are in order.",
		test: "test/scenarios/document-lists.scenarios.test.ts",
		steps: [
			{
				scenario: "document-write-limit",
				step: 8,
				ours: refused("services.storage.write_limit_exceeded"),
			},
			{
				scenario: "document-write-limit",
				step: 10,
				ours: { "body.result.deleted": 210 },
			},
			{
				scenario: MANY,
				step: 45,
				ours: { "body.result.successes": ["1", "2"] },
			},
		],
	},
	{
		title: "Every write of a document is validated",
		kuzzle:
			"Of the actions on documents, only create, createOrReplace, replace and update look at the specifications of the collection.",
		portico:
			"All of them do: also upsert, deleteFields, updateByQuery and those on several documents, where a document that does not fit fails by itself.",
		why: "The documentation promises it of everything but bulk:write and bulk:mWrite. A rule with a way around it is none.",
		test: "test/documents/specified.test.ts",
		steps: [
			{
				scenario: SPECIFICATIONS,
				step: 58,
				ours: {
					"body.result.successes": [],
					"body.result.errors": [
						{
							document: { _id: "9", body: { n: 300 } },
							reason: "<text>",
							status: 400,
						},
					],
				},
			},
			{
				scenario: SPECIFICATIONS,
				step: 59,
				ours: refused("validation.check.failed_field", ["n", "<text>"]),
			},
		],
	},
	{
		title: "Documents under a strict specification can be updated",
		kuzzle:
			"An update of a document whose collection has a strict specification is always refused (`validation.check.failed_document`): the metadata that Kuzzle itself adds is no described field.",
		portico:
			"The metadata (`_kuzzle_info`) is left out of account. An update is held against the specification as the document that it leaves, and only what is wrong with that is refused.",
		why: "A collection whose documents nobody can change is of no use.",
		test: "test/scenarios/collection-specifications.scenarios.test.ts",
		steps: [
			{
				scenario: SPECIFICATIONS,
				step: 56,
				ours: refused("validation.check.failed_field", ["mail", "<text>"]),
			},
			{
				scenario: SPECIFICATIONS,
				step: 57,
				ours: {
					status: 200,
					"body.status": 200,
					"body.error": null,
					"body.result": {
						_id: "1",
						_source: {
							n: 4,
							_kuzzle_info: {
								author: "-1",
								createdAt: "<ms:4>",
								updatedAt: "<ms>",
								updater: "-1",
							},
						},
						_version: 2,
					},
				},
			},
		],
	},
	{
		title: "Actions on documents check their arguments",
		kuzzle:
			"A missing or malformed body of an action on several documents, of document:upsert or of document:deleteFields is a failure of the server (500); a text in place of the list of documents reads as a list of letters; a number for a name of an index reads as an unknown index; without ids, document:mGet answers no `successes`.",
		portico:
			"They are the client's errors (400) and name the argument. `successes` is always there.",
		why: "Who reads a 500 blames the server and tries again.",
		test: "test/scenarios/document-lists.scenarios.test.ts",
		steps: [
			{
				scenario: CREATE_GET,
				step: 25,
				ours: {
					"0.data.status": 400,
					"0.data.error": errorOf("api.assert.invalid_type", [
						"index",
						"string",
					]),
				},
			},
			...[42, 43].map((step) => ({
				scenario: CREATE_GET,
				step,
				ours: { "body.result": { successes: [], errors: [] } },
			})),
			{
				scenario: CREATE_GET,
				step: 45,
				ours: refused("api.assert.invalid_type", ["body.ids", "array"]),
			},
			{ scenario: CREATE_GET, step: 51, ours: missing("ids") },
			{ scenario: MANY, step: 8, ours: NO_DOCUMENTS },
			{ scenario: MANY, step: 9, ours: BODY_REQUIRED },
			{
				scenario: MANY,
				step: 10,
				ours: refused("api.assert.invalid_type", ["body.documents", "array"]),
			},
			...[26, 31, 37, 43].map((step) => ({
				scenario: MANY,
				step,
				ours: NO_DOCUMENTS,
			})),
			{
				scenario: MANY,
				step: 51,
				ours: refused("api.assert.invalid_type", ["body.ids", "array"]),
			},
			...[41, 50].map((step) => ({
				scenario: WRITE,
				step,
				ours: BODY_REQUIRED,
			})),
		],
	},
	{
		title: "Metadata cannot be taken away",
		kuzzle:
			"document:deleteFields takes `_kuzzle_info` like any other field: author and creation date are lost.",
		portico: "It leaves the metadata alone.",
		why: "No client can forge metadata, and none should be able to wipe it.",
		test: "test/scenarios/document-changes.scenarios.test.ts",
	},
];

/** The creation of a document by an upsert is told by its metadata from then on. */
function authored(steps: readonly number[], path: string) {
	return steps.map((step) => ({
		scenario: WRITE,
		step,
		ours: {
			[`${path}._kuzzle_info.author`]: "-1",
			[`${path}._kuzzle_info.createdAt`]: "<number>",
		},
	}));
}

function upserted(at: string): object {
	return {
		_kuzzle_info: {
			author: "-1",
			createdAt: at,
			updatedAt: at,
			updater: "-1",
		},
		a: 1,
		d: "def",
	};
}

function missing(name: string): Change {
	return refused("api.assert.missing_argument", [name]);
}

/** An HTTP answer turned into a refusal. */
function refused(id: ErrorId, props: readonly unknown[] = []): Change {
	const { status } = catalogue[id];
	return {
		status,
		"body.status": status,
		"body.result": null,
		"body.error": errorOf(id, props),
	};
}

function errorOf(id: ErrorId, props: readonly unknown[]): object {
	const { code, status } = catalogue[id];
	return { code, id, message: "<text>", props, status };
}
