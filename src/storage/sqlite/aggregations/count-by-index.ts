import type { FieldIndex } from "../field-index.ts";
import { sql } from "../fragment.ts";
import type { Rounding } from "./rounding.ts";

/** More buckets are counted document by document. */
const BUCKETS_MAX = 10_000;

/**
 * How many documents of the collection lie in each bucket of a histogram, by the index of its field alone. Null where the index does not
 * tell: documents with several values could be in one bucket twice.
 */
export function countByIndex(
	index: FieldIndex,
	key: string,
	{ round, next }: Rounding,
): ReadonlyMap<number, number> | null {
	const figures = index.field(key);
	if (figures === undefined || figures.documents !== figures.terms) return null;
	const counts = new Map<number, number>();
	let value = firstFrom(index, figures.number, Number.NEGATIVE_INFINITY);
	while (value !== undefined) {
		if (counts.size === BUCKETS_MAX || !isInTime(index)) return null;
		const bucket = round(value);
		const end = next(bucket);
		counts.set(
			bucket,
			index.value(
				sql`SELECT count(*) AS n FROM field_values AS v WHERE v.field = ${figures.number} AND v.value >= ${value} AND v.value < ${end}
					AND ((v.document & 1023) <> 0 OR still_wanted())`,
			),
		);
		value = firstFrom(index, figures.number, end);
	}
	return counts;
}

function firstFrom(
	index: FieldIndex,
	field: number,
	from: number,
): number | undefined {
	const [row] = index.rows<{ value: number }>(
		sql`SELECT v.value AS value FROM field_values AS v WHERE v.field = ${field} AND v.value >= ${from} ORDER BY v.value LIMIT 1`,
	);
	return row?.value;
}

/** Once the time is over, what can be counted is counted as everywhere else. */
function isInTime(index: FieldIndex): boolean {
	return index.value(sql`SELECT in_time() AS n`) === 1;
}
