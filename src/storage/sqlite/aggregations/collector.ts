import type { JsonObject } from "../../../lib/json.ts";
import type { FieldIndex } from "../field-index.ts";
import type { Bucket } from "./bucket.ts";

/** A document that is being counted, or an object of a nested field. The same object stands for one document after the other: keep nothing of it. */
export interface Row {
	/** Which of the searched collections. */
	readonly place: number;
	readonly number: number;
	readonly score: number;
	/** The indexed values of a field, in ascending order where they are numbers. */
	values(slot: number): readonly (string | number)[];
	/** Whether a condition holds. */
	holds(slot: number): boolean;
	/** The value of a sort key. */
	sortKey(slot: number): string | number | null;
	/** The objects of a nested field. */
	objects(slot: number): readonly Row[];
	/** Of an object of a nested field: the document or the object that it stands in. */
	readonly parent: Row | undefined;
}

/** What one aggregation has seen of one bucket. */
export interface Collector {
	collect(row: Row): void;
	/**
	 * Counts every document of the collection by the index of its field, in place of `collect` for each. False, and nothing is counted, where
	 * that cannot be told from the index. Absent: it never can.
	 */
	collectAll?(index: FieldIndex): boolean;
	/** The answer, in Elasticsearch's shape. */
	toJson(): JsonObject;
	/** A number to order buckets by. `key`: which one, where there are several. */
	number?(key: string | undefined): number;
	/** The one bucket, of an aggregation that has one. */
	readonly bucket?: Bucket;
}

/** An aggregation that is ready to run, whatever the number of buckets that it stands in. */
export interface Planned {
	readonly name: string;
	readonly meta?: JsonObject;
	/** What buckets around it may be ordered by. */
	readonly ordering: Ordering;
	create(): Collector;
}

export type Ordering =
	/** One number, called `value`. */
	| { readonly kind: "number" }
	/** Several, by these names. */
	| { readonly kind: "numbers"; readonly has: (key: string) => boolean }
	/** The number of documents, or what is inside. */
	| { readonly kind: "bucket"; readonly inner: readonly Planned[] }
	| { readonly kind: "none" };
