import type { ScenarioRequest, ScenarioRun } from "../support/scenario.ts";
import type { ActionRequest } from "../support/transports.ts";
import { badNames, unknownPlaces } from "./place-rows.ts";

/* What the tables of the controller `collection` share. */

export const place = { index: "i-{n}", collection: "c" };
export const mappings = {
	dynamic: "strict",
	_meta: { of: "test" },
	properties: { name: { type: "keyword" } },
};
export const create: ScenarioRequest = {
	action: "collection:create",
	as: "admin",
	args: place,
	body: { mappings },
};
/** The collection is there before. */
export const given: readonly ActionRequest[] = [create];
export const badPlaces = badNames("index", "collection");
export const notThere = unknownPlaces("i-{n}");

/** A right request of another action, on the same collection. */
export function requestOf(action: string): ScenarioRequest {
	return { action: `collection:${action}`, as: "admin", args: place };
}

// biome-ignore lint/suspicious/noExplicitAny: results have every shape.
export function ask({ stage, n }: ScenarioRun, action: string): Promise<any> {
	const place = { index: `i-${n}`, collection: "c" };
	return stage.must({ controller: "collection", action, ...place });
}

// biome-ignore lint/suspicious/noExplicitAny: mappings have every shape.
export function mappingOf(run: ScenarioRun): Promise<any> {
	return ask(run, "getMapping");
}
