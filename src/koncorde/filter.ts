import type { JsonObject, JsonValue } from "../lib/json.ts";

/**
 * A filter of Koncorde's language, read. The whole language comes down to these: `in` and `ids` are an "or" of `equals`, `missing` is a "not" of
 * `exists`, `bool` is made of "and", "or" and "not" (docs: Koncorde, filter syntax).
 */
export type Filter =
	| { readonly kind: "everything" }
	| { readonly kind: "nothing" }
	| { readonly kind: "and" | "or"; readonly parts: readonly Filter[] }
	| { readonly kind: "not"; readonly part: Filter }
	| Condition;

/** What is asked of one field. `path` is the field's, with dots between the names. */
export type Condition =
	| {
			readonly kind: "equals";
			readonly path: string;
			readonly value: FilterScalar;
	  }
	| { readonly kind: "exists"; readonly path: string }
	/** A list that holds the value. */
	| {
			readonly kind: "contains";
			readonly path: string;
			readonly value: FilterScalar;
	  }
	| ({ readonly kind: "range"; readonly path: string } & Interval)
	| {
			readonly kind: "regexp";
			readonly path: string;
			readonly source: string;
			readonly flags: string;
	  }
	/** An object or a list that holds at least what is given here. */
	| {
			readonly kind: "match";
			readonly path: string;
			readonly value: JsonObject | readonly JsonValue[];
	  }
	/** The item of a list at that place, from the end where it is negative, seen as `{value: item}`. */
	| {
			readonly kind: "select";
			readonly path: string;
			readonly index: number;
			readonly query: Filter;
	  }
	| ({ readonly kind: "box"; readonly path: string } & Box)
	/** At least `from` and at most `to` metres away from a point. */
	| {
			readonly kind: "distance";
			readonly path: string;
			readonly center: Point;
			readonly from: number;
			readonly to: number;
	  }
	| {
			readonly kind: "polygon";
			readonly path: string;
			readonly points: readonly Point[];
	  };

export type FilterScalar = string | number | boolean | null;

/** Numbers between two bounds; a bound that is not given is infinite. */
export interface Interval {
	readonly low: number;
	readonly lowIncluded: boolean;
	readonly high: number;
	readonly highIncluded: boolean;
}

/** Degrees. */
export interface Point {
	readonly lat: number;
	readonly lon: number;
}

/** Degrees; its edges belong to it. */
export interface Box {
	readonly top: number;
	readonly left: number;
	readonly bottom: number;
	readonly right: number;
}
