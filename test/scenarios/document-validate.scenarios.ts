import assert from "node:assert/strict";
import { anyText, exactly } from "../support/matchers.ts";
import type { Scenario, ScenarioRequest } from "../support/scenario.ts";
import {
	missing,
	noRights,
	refusals,
	wrongType,
} from "../support/scenario-rows.ts";

const place = { index: "i{n}", collection: "c" };
const specified: readonly ScenarioRequest[] = [
	{
		action: "collection:updateSpecifications",
		args: place,
		body: {
			strict: true,
			fields: {
				n: { type: "integer", mandatory: true },
				kind: { type: "string", mandatory: true, defaultValue: "a" },
				o: { type: "object" },
				"o/n": { type: "integer" },
			},
		},
	},
];
const validate: ScenarioRequest = {
	action: "document:validate",
	args: place,
	body: { n: 1 },
};
const asked: ScenarioRequest = { ...validate, as: ["document:validate"] };

/** document:validate. */
export const documentValidateScenarios: readonly Scenario[] = [
	{
		name: "document:validate says that a document keeps to the specification, and writes nothing",
		matrix: true,
		given: specified,
		request: asked,
		reply: { result: exactly({ valid: true, errorMessages: exactly({}) }) },
		async afterwards(run) {
			const indexes = await run.stage.must({
				controller: "index",
				action: "list",
			});
			assert.ok(!indexes.indexes.includes(run.named("i{n}")));
		},
	},
	{
		name: "document:validate tells all that is wrong, and where",
		matrix: true,
		given: specified,
		request: { ...asked, body: { o: { n: "x", zz: 1 }, zz: 1 } },
		reply: {
			result: exactly({
				valid: false,
				errorMessages: exactly({
					documentScope: [anyText],
					fieldScope: exactly({
						children: exactly({
							n: exactly({ messages: [anyText] }),
							o: exactly({
								messages: [anyText],
								children: exactly({ n: exactly({ messages: [anyText] }) }),
							}),
						}),
					}),
				}),
			}),
		},
	},
	{
		name: "document:validate finds nothing wrong where nothing is specified",
		matrix: true,
		request: { ...asked, body: { zz: [{}] } },
		reply: { result: exactly({ valid: true, errorMessages: exactly({}) }) },
	},
	{
		name: "document:validate finds nothing wrong in an index that there cannot be",
		request: { ...asked, args: { index: "A B", collection: "*" } },
		reply: { result: exactly({ valid: true, errorMessages: exactly({}) }) },
	},
	{
		name: "document:validate finds the first wrong item of an array and is done",
		given: [
			{
				action: "collection:updateSpecifications",
				args: place,
				body: {
					fields: { n: { type: "integer", multivalued: { value: true } } },
				},
			},
		],
		request: { ...asked, body: { n: Array(20_000).fill("x") } },
		reply: {
			result: {
				valid: false,
				errorMessages: {
					fieldScope: { children: { n: { messages: [anyText] } } },
				},
			},
		},
	},
	...noRights(validate),
	...refusals({ ...validate, as: "admin" }, [
		...["index", "collection"].flatMap((name) => [
			missing(name),
			missing(name, null),
			missing(name, ""),
			wrongType(name, {}, "string"),
		]),
		...[undefined, null, []].map((body) => ({
			when: `the body ${JSON.stringify(body)}`,
			matrix: body === undefined,
			body,
			error: "api.assert.body_required" as const,
		})),
	]),
];
