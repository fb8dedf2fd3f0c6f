import type { Sort, SortNested } from "./query.ts";
import { toDsl } from "./to-dsl.ts";

/** Writes a sort key as Elasticsearch reads it. */
export function sortToDsl(sort: Sort): Record<string, unknown> {
	const { field, order, missing, distance } = sort;
	const options = {
		order,
		...(sort.mode === undefined ? {} : { mode: sort.mode }),
		...(sort.nested === undefined ? {} : { nested: nestedToDsl(sort.nested) }),
	};
	if (distance !== undefined)
		return {
			_geo_distance: {
				[field]: distance.from,
				...options,
				unit: distance.unit,
				distance_type: distance.type,
				...(distance.ignoreUnmapped ? { ignore_unmapped: true } : {}),
			},
		};
	// Neither knows any option but the order.
	if (field === "_score" || field === "_doc") return { [field]: { order } };
	return {
		[field]: {
			...options,
			...(missing === undefined ? {} : { missing }),
			...(sort.unmappedType === undefined
				? {}
				: { unmapped_type: sort.unmappedType }),
			...(sort.numericType === undefined
				? {}
				: { numeric_type: sort.numericType }),
		},
	};
}

function nestedToDsl({ path, filter }: SortNested): Record<string, unknown> {
	return { path, ...(filter === undefined ? {} : { filter: toDsl(filter) }) };
}
