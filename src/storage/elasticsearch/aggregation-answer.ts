import type { JsonObject, JsonValue } from "../../lib/json.ts";
import type { Aggregation } from "../../search/aggregations/aggregation.ts";

/**
 * The aggregations as Elasticsearch answers them to who does not ask for the sequence numbers of hits. We ask, for our own
 * hits, and get numbers that mean nothing (`_seq_no: -2`) in the hits of `top_hits` too.
 */
export function toAggregationAnswer(
	answer: JsonObject,
	aggregations: readonly Aggregation[],
): JsonObject {
	return hasTopHits(aggregations)
		? (withoutNumbers(answer) as JsonObject)
		: answer;
}

function hasTopHits(aggregations: readonly Aggregation[]): boolean {
	return aggregations.some(
		({ body, aggregations: inner }) =>
			body.kind === "top_hits" ||
			(body.kind === "native" && body.type === "top_hits") ||
			hasTopHits(inner),
	);
}

function withoutNumbers(value: JsonValue): JsonValue {
	if (Array.isArray(value)) return value.map(withoutNumbers);
	if (typeof value !== "object" || value === null) return value;
	const isUnknown = value._seq_no === -2 && "_index" in value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(
				([name]) =>
					!isUnknown || (name !== "_seq_no" && name !== "_primary_term"),
			)
			// What a client wrote stays as it is.
			.map(([name, member]) => [
				name,
				name === "_source" || name === "meta" ? member : withoutNumbers(member),
			]),
	);
}
