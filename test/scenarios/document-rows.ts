import {
	anyNumber,
	type Expected,
	exactly,
	type Matcher,
	matching,
} from "../support/matchers.ts";
import type { ScenarioRequest, ScenarioRun } from "../support/scenario.ts";
import { missing, type Wrong, wrongType } from "../support/scenario-rows.ts";
import type { ActionRequest } from "../support/transports.ts";
import { badNames, unknownPlaces } from "./place-rows.ts";

/* What the tables of the actions on documents share. */

const PLACE = { index: "i-{n}", collection: "c" };
/** What `{a: 1}` is forged with, in vain. */
export const FORGED = { author: "forged", createdAt: 1, extra: true };

/** A request of the administrator for the collection of the row. */
export function of(
	action: string,
	args: Readonly<Record<string, unknown>> = {},
): ScenarioRequest {
	return {
		action: `document:${action}`,
		as: "admin",
		args: { ...PLACE, ...args },
	};
}

/** A strict collection, which knows a, b, n and deep. */
export const collection: ActionRequest = {
	action: "collection:create",
	args: PLACE,
	body: {
		mappings: {
			dynamic: "strict",
			properties: {
				a: { type: "integer" },
				b: { type: "keyword" },
				n: { type: "integer" },
				deep: {
					properties: { x: { type: "integer" }, y: { type: "integer" } },
				},
			},
		},
	},
};

/** The collection with a document `d1`, written once by the administrator. */
export const withDocument: readonly ActionRequest[] = [
	collection,
	document("d1", { a: 1, deep: { x: 1, y: 2 } }),
];

export function document(_id: string, body: object): ActionRequest {
	return { action: "document:create", args: { ...PLACE, _id }, body };
}

/** A document's content, with metadata of that kind, all of the administrator. */
export function source(
	content: Readonly<Record<string, Expected>>,
	metadata: Matcher,
): Matcher {
	return exactly({ ...content, _kuzzle_info: metadata });
}

export const created = exactly({
	author: "admin",
	createdAt: anyNumber,
	updatedAt: null,
	updater: null,
});
export const updated = exactly({
	author: "admin",
	createdAt: anyNumber,
	updatedAt: anyNumber,
	updater: "admin",
});
/** Of an update that is sent, before it meets its document. */
export const updating = exactly({ updatedAt: anyNumber, updater: "admin" });
export const generatedId = matching(/^[\w-]{20}$/);
/** A reason, for people. */
export const anyReason = matching(/./);

/** What is stored under the id; undefined for nothing. */
export async function stored(
	{ stage, named }: ScenarioRun,
	_id: string,
): Promise<{ _source: Record<string, unknown>; _version: number } | undefined> {
	const { result, error } = await stage.gateway.query(
		{
			controller: "document",
			action: "get",
			...PLACE,
			index: named(PLACE.index),
			_id,
		},
		await stage.token("admin"),
	);
	if (error?.id === "services.storage.not_found") return undefined;
	return result;
}

/** Names of places that are none, or are not there. */
export const badPlaces: readonly Wrong[] = [
	...badNames("index", "collection"),
	...unknownPlaces("i-{n}"),
];
/** As `badPlaces`, and a name of a document that is none. */
export const badDocuments: readonly Wrong[] = [
	...badPlaces,
	missing("_id"),
	missing("_id", ""),
	wrongType("_id", {}, "string"),
	wrongType("_id", 12, "string"),
];
export const badRefresh: readonly Wrong[] = [
	wrongType("refresh", {}, "string"),
	wrongType("refresh", true, "string"),
	{
		when: "a refresh that it does not know",
		args: { refresh: "true" },
		error: "services.storage.invalid_argument",
		props: ["refresh", '"wait_for", false'],
	},
];
export const badRetries: Wrong = {
	when: "retryOnConflict that is no number",
	args: { retryOnConflict: {} },
	error: "services.storage.unexpected_bad_request",
	props: ['"retryOnConflict" must be an integer'],
};
export const noBody: Wrong = {
	when: "no body",
	body: undefined,
	error: "api.assert.body_required",
	props: [],
};
/** Names that a store keeps for itself. */
export function reservedNames(body: (content: object) => object): Wrong[] {
	return ["_id", "_source", "_index", "_version", "_routing"].map((name) => ({
		when: `a field called ${name}`,
		matrix: name === "_id",
		on: ["ws"],
		body: body({ [name]: "x" }),
		error: "services.storage.unexpected_bad_request",
	}));
}

export function badFlags(...names: readonly string[]): Wrong[] {
	return names.map((name) => wrongType(name, {}, "boolean"));
}
