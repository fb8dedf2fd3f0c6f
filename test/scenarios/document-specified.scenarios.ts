import assert from "node:assert/strict";
import { anyText, type Expected, exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRun } from "../support/scenario.ts";
import { refusals, type Wrong } from "../support/scenario-rows.ts";
import type { ActionRequest } from "../support/transports.ts";
import {
	anyReason,
	collection,
	document,
	of,
	stored,
} from "./document-rows.ts";

/* What the actions on documents do in a collection with a specification: `a` is a number, and b may be left out. */

const specification: ActionRequest = {
	action: "collection:updateSpecifications",
	args: { index: "i-{n}", collection: "c" },
	body: {
		strict: true,
		fields: {
			a: { type: "integer", mandatory: true },
			b: { type: "string" },
		},
	},
};
const given = [collection, specification, document("d1", { a: 1, b: "b" })];
const isUnchanged = async (run: ScenarioRun) => {
	const { _source, _version } = (await stored(run, "d1")) ?? {};
	assert.deepEqual([_source?.a, _source?.b, _version], [1, "b", 1]);
};
const undescribed: Wrong = {
	when: "a field that the specification does not describe",
	body: { a: 1, n: 2 },
	error: "validation.check.failed_document",
	props: [anyText],
};

/** One document fits, and one does not. */
function failsByItself(
	action: string,
	fits: object,
	wrong: Readonly<Record<string, Expected>>,
): Scenario {
	return {
		name: `document:${action} fails a document that does not fit the specification by itself`,
		matrix: true,
		given,
		request: { ...of(action), body: { documents: [fits, wrong] } },
		reply: {
			result: {
				errors: [
					exactly({ document: exactly(wrong), reason: anyReason, status: 400 }),
				],
			},
		},
		async afterwards(run, { result }) {
			const { successes } = result as { successes: unknown[] };
			assert.equal(successes.length, 1);
			await isUnchanged(run);
		},
	};
}

export const documentSpecifiedScenarios: readonly Scenario[] = [
	...["createOrReplace", "replace"].flatMap((action) =>
		refusals(of(action, { _id: "d1" }), [undescribed], {
			given,
			afterwards: isUnchanged,
		}),
	),
	...refusals(
		{ ...of("deleteFields", { _id: "d1" }), body: { fields: ["a"] } },
		[
			{
				when: "to take a field that the document must have",
				matrix: true,
				error: "validation.check.failed_field",
				props: ["a", anyText],
			},
		],
		{ given, afterwards: isUnchanged },
	),
	failsByItself(
		"mCreate",
		{ _id: "n1", body: { a: 2 } },
		{ _id: "n2", body: { b: "b" } },
	),
	failsByItself(
		"mCreateOrReplace",
		{ _id: "n1", body: { a: 2 } },
		{ _id: "d1", body: { b: "b" } },
	),
	...[
		{ action: "mReplace", wrong: { _id: "d1", body: { b: "b" } } },
		{ action: "mUpdate", wrong: { _id: "d1", body: { a: "x" } } },
	].map(({ action, wrong }): Scenario => {
		const row = failsByItself(action, { _id: "d2", body: { a: 2 } }, wrong);
		return { ...row, given: [...given, document("d2", { a: 1 })] };
	}),
	failsByItself(
		"mUpsert",
		{ _id: "n1", changes: { a: 2 } },
		{ _id: "d1", changes: { a: "x" } },
	),
];
