import type { JsonObject } from "../../../lib/json.ts";
import type { CompositeAggregation } from "../../../search/aggregations/aggregation.ts";
import { badRequest } from "../field-types.ts";
import { Bucket } from "./bucket.ts";
import type { Planned } from "./collector.ts";
import { type Key, planSource, type Source } from "./composite-source.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";

/** Combinations of one row: a document with long lists in several fields has very many. */
const COMBINATIONS_MAX = 65_536;

/** A bucket for each combination of values, page by page: only the first ones after `after` are kept. */
export function planComposite(
	body: CompositeAggregation,
	inner: readonly Planned[],
	context: PlanContext,
): Plan {
	const { limits } = context;
	const sources = body.sources.map((source) => planSource(source, context));
	const after = body.after;
	const start =
		after && sources.map(({ name, parse }) => parse(after[name] ?? null));
	const compare = (one: Key, other: Key) => compareAll(one, other, sources);
	return {
		ordering: { kind: "none" },
		create() {
			const page = new Page(
				body.size,
				compare,
				() => new Bucket(inner, limits),
				limits.released.bind(limits),
			);
			return {
				collect(row) {
					for (const key of combinations(
						sources.map((source) => source.of(row)),
					))
						if (start === undefined || compare(key, start) > 0)
							page.bucket(key)?.collect(row);
				},
				toJson() {
					const kept = page.first();
					limits.answered(kept.length);
					const buckets = kept.map(({ key, bucket }) => ({
						key: keyJson(key, sources),
						...bucket.toJson(),
					}));
					const last = buckets.at(-1);
					return {
						...(last === undefined ? {} : { after_key: last.key }),
						buckets,
					};
				},
			};
		},
	};
}

interface KeyBucket {
	readonly key: Key;
	readonly bucket: Bucket;
}

/** The buckets with the least keys, in bounded memory: whatever lies behind a full page is let go now and then. */
class Page {
	readonly #size: number;
	readonly #compare: (one: Key, other: Key) => number;
	readonly #create: () => Bucket;
	readonly #release: (count: number) => void;
	#buckets = new Map<string, KeyBucket>();
	#last: Key | undefined;

	constructor(
		size: number,
		compare: (one: Key, other: Key) => number,
		create: () => Bucket,
		release: (count: number) => void,
	) {
		this.#size = size;
		this.#compare = compare;
		this.#create = create;
		this.#release = release;
	}

	/** Undefined behind the page. */
	bucket(key: Key): Bucket | undefined {
		if (this.#last !== undefined && this.#compare(key, this.#last) > 0)
			return undefined;
		const text = JSON.stringify(key);
		const known = this.#buckets.get(text);
		if (known !== undefined) return known.bucket;
		const bucket = this.#create();
		this.#buckets.set(text, { key, bucket });
		if (this.#buckets.size > 2 * this.#size + 1_000) this.#cut();
		return bucket;
	}

	first(): KeyBucket[] {
		return [...this.#buckets.values()]
			.sort((one, other) => this.#compare(one.key, other.key))
			.slice(0, this.#size);
	}

	#cut(): void {
		const before = this.#buckets.size;
		const first = this.first();
		this.#buckets = new Map(
			first.map((kept) => [JSON.stringify(kept.key), kept]),
		);
		this.#last = first.at(-1)?.key;
		const inner = first[0]?.bucket.children.length ?? 0;
		this.#release((before - first.length) * (1 + inner));
	}
}

function compareAll(one: Key, other: Key, sources: readonly Source[]): number {
	for (let index = 0; index < sources.length; index++) {
		const difference =
			sources[index]?.compare(one[index] ?? null, other[index] ?? null) ?? 0;
		if (difference !== 0) return difference;
	}
	return 0;
}

function keyJson(key: Key, sources: readonly Source[]): JsonObject {
	return Object.fromEntries(
		sources.map(({ name, toJson }, index) => [
			name,
			toJson(key[index] ?? null),
		]),
	);
}

function* combinations(
	parts: readonly Key[],
	from = 0,
	begin: Key = [],
): Iterable<Key> {
	if (from === 0) {
		const count = parts.reduce((product, part) => product * part.length, 1);
		if (count > COMBINATIONS_MAX)
			throw badRequest(
				`a document has ${count} combinations of values, more than ${COMBINATIONS_MAX}`,
			);
	}
	const part = parts[from];
	if (part === undefined) {
		yield begin;
		return;
	}
	for (const value of part)
		yield* combinations(parts, from + 1, [...begin, value]);
}
