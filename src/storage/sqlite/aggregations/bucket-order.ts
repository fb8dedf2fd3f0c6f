import type { BucketOrder } from "../../../search/aggregations/aggregation.ts";
import { badRequest } from "../field-types.ts";
import type { Bucket } from "./bucket.ts";
import type { Planned } from "./collector.ts";

export interface KeyedBucket {
	readonly key: string | number;
	readonly bucket: Bucket;
}

type Compare = (one: KeyedBucket, other: KeyedBucket) => number;

/**
 * By all of the orders, one after the other, and at last by key. Throws `unexpected_bad_request` for a path that leads to no number.
 * What is no number comes as the greatest; `onShard`: at the end, which is how a shard of Elasticsearch chooses its buckets.
 */
export function compareBuckets(
	orders: readonly BucketOrder[],
	planned: readonly Planned[],
	onShard = false,
): Compare {
	const compares = orders.map(({ by, order }) =>
		compareBy(by, planned, order === "asc" ? 1 : -1, onShard),
	);
	return (one, other) => {
		for (const compare of compares) {
			const difference = compare(one, other);
			if (difference !== 0) return difference;
		}
		return compareKeys(one.key, other.key);
	};
}

/** `_term` and `_time` are what `_key` was called once. */
export function isKeyOrder(by: string): boolean {
	return by === "_key" || by === "_term" || by === "_time";
}

function compareBy(
	by: string,
	planned: readonly Planned[],
	sign: 1 | -1,
	onShard: boolean,
): Compare {
	if (isKeyOrder(by))
		return (one, other) => sign * compareKeys(one.key, other.key);
	if (by === "_count")
		return (one, other) => sign * (one.bucket.count - other.bucket.count);
	const read = numberAt(by, by, planned);
	return (one, other) => {
		const a = read(one.bucket);
		const b = read(other.bucket);
		const difference = Number(Number.isNaN(a)) - Number(Number.isNaN(b));
		if (difference !== 0) return onShard ? difference : sign * difference;
		return a < b ? -sign : a > b ? sign : 0;
	};
}

/** Texts by code points, which is the order of their bytes. */
export function compareKeys(
	one: string | number,
	other: string | number,
): number {
	if (typeof one === "number" && typeof other === "number") return one - other;
	return compareTexts(String(one), String(other));
}

function compareTexts(one: string, other: string): number {
	const length = Math.min(one.length, other.length);
	for (let at = 0; at < length; at++) {
		const a = one.charCodeAt(at);
		const b = other.charCodeAt(at);
		if (a === b) continue;
		// Halves of a pair stand for characters beyond all others.
		return Number(isSurrogate(a)) - Number(isSurrogate(b)) || a - b;
	}
	return one.length - other.length;
}

function isSurrogate(unit: number): boolean {
	return unit >= 0xd800 && unit <= 0xdfff;
}

/** Follows a path such as `a>b.avg` or `a>b[avg]`, whose last part may name one of several numbers. */
function numberAt(
	path: string,
	rest: string,
	planned: readonly Planned[],
): (bucket: Bucket) => number {
	const fail = (reason: string) =>
		badRequest(`Invalid aggregation order path [${path}]. ${reason}`);
	const bar = rest.indexOf(">");
	const [name, key] = bar < 0 ? splitKey(rest, planned) : [rest.slice(0, bar)];
	const index = planned.findIndex((inner) => inner.name === name);
	const found = planned[index];
	if (found === undefined)
		throw fail(`Cannot find aggregation named [${name}]`);
	const { ordering } = found;
	if (bar >= 0) {
		if (ordering.kind !== "bucket")
			throw fail(`Can't sort by a descendant of [${name}]`);
		const inner = numberAt(path, rest.slice(bar + 1), ordering.inner);
		return ({ children }) => {
			const bucket = children[index]?.bucket;
			return bucket === undefined ? Number.NaN : inner(bucket);
		};
	}
	const isKnown =
		(ordering.kind === "number" && (key === undefined || key === "value")) ||
		(ordering.kind === "numbers" && key !== undefined && ordering.has(key)) ||
		(ordering.kind === "bucket" && (key === undefined || key === "doc_count"));
	if (!isKnown)
		throw fail(
			key === undefined
				? `[${name}] is no number to sort by`
				: `Unknown value key [${key}] for aggregation [${name}]`,
		);
	return ordering.kind === "bucket"
		? ({ children }) => children[index]?.bucket?.count ?? 0
		: ({ children }) => children[index]?.number?.(key) ?? Number.NaN;
}

/** Names may have dots in them, so a whole name goes first. */
function splitKey(
	text: string,
	planned: readonly Planned[],
): [name: string, key: string | undefined] {
	if (planned.some(({ name }) => name === text)) return [text, undefined];
	const bracket = /^(.*)\[([^\]]*)\]$/.exec(text);
	if (bracket !== null) return [bracket[1] ?? "", bracket[2]];
	const names = planned
		.map(({ name }) => name)
		.filter((name) => text.startsWith(`${name}.`))
		.sort((a, b) => a.length - b.length);
	const name = names[0] ?? text.split(".", 1)[0] ?? "";
	return name === text
		? [text, undefined]
		: [name, text.slice(name.length + 1)];
}
