import type { JsonObject, JsonValue } from "../lib/json.ts";

/** A specification, ready to be held against documents. */
export interface Specification extends Container {
	/** Whether a document passes the Koncorde filters of the specification; null where it has none. */
	readonly passesFilters: ((content: JsonObject) => boolean) | null;
}

/** What has members: a document, or a field that is an object. */
export interface Container {
	/** Whether members that are not described are refused. */
	readonly strict: boolean;
	readonly fields: ReadonlyMap<string, Field>;
}

export interface Field {
	readonly mandatory: boolean;
	readonly defaultValue: JsonValue | undefined;
	/** Null: the field takes one value. */
	readonly multivalued: ItemCounts | null;
	/** What is wrong with one value, as a sentence; null when it is right. `now`: milliseconds since the epoch. */
	readonly check: CheckValue;
	/** Whether one value may itself be written as an array. */
	readonly takesArrays: boolean;
	/** What is in the field's objects; null for a type that has no members. */
	readonly members: Container | null;
}

export type CheckValue = (value: unknown, now: number) => string | null;

/** How many items an array may have, both ends included. */
export interface ItemCounts {
	readonly min: number;
	readonly max: number;
}

/** Makes a test out of Koncorde filters, all of which a document must pass. Throws where one is no filter; the message says why. */
export type CompileFilters = (
	filters: readonly unknown[],
) => (content: JsonObject) => boolean;
