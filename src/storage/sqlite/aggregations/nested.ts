import { badRequest } from "../field-types.ts";
import { nestedRows } from "../nested-to-sql.ts";
import { Bucket } from "./bucket.ts";
import type { Planned, Row } from "./collector.ts";
import type { Plan } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";

/** For what stands in a `nested` aggregation: rows are the objects of that field. */
export function inNested(path: string, context: PlanContext): PlanContext {
	const { slot, columns } = context.columns.nested(path);
	return {
		...context,
		columns,
		contexts: context.contexts.map(
			(one) => nestedRows(path, one)?.context ?? one,
		),
		nested: { path, slot, outer: context },
	};
}

/** For what stands in a `reverse_nested` aggregation: documents again, or the objects of a nested field around. */
export function outOfNested(
	name: string,
	path: string | undefined,
	context: PlanContext,
): PlanContext {
	if (context.nested === undefined)
		throw badRequest(
			`Reverse nested aggregation [${name}] can only be used inside a [nested] aggregation`,
		);
	let outer = context.nested.outer;
	while (outer.nested !== undefined && outer.nested.path !== path)
		outer = outer.nested.outer;
	if (path !== undefined && outer.nested === undefined)
		throw badRequest(`[reverse_nested] nested path [${path}] is not around it`);
	return outer;
}

/** A bucket of the objects. `inside`: the context of what stands in it. */
export function planNested(
	inner: readonly Planned[],
	inside: PlanContext,
): Plan {
	const slot = inside.nested?.slot ?? 0;
	return {
		ordering: { kind: "bucket", inner },
		create() {
			const bucket = new Bucket(inner, inside.limits);
			return {
				bucket,
				collect(row) {
					for (const object of row.objects(slot)) bucket.collect(object);
				},
				toJson: () => bucket.toJson(),
			};
		},
	};
}

/** A bucket of the documents, each once, whichever of their objects come. `outside`: the context of what stands in it. */
export function planReverseNested(
	inner: readonly Planned[],
	outside: PlanContext,
	context: PlanContext,
): Plan {
	const steps = depthOf(context) - depthOf(outside);
	return {
		ordering: { kind: "bucket", inner },
		create() {
			const bucket = new Bucket(inner, context.limits);
			let last: Row | undefined;
			let lastNumber: number | undefined;
			return {
				bucket,
				collect(object) {
					let row = object;
					for (let step = 0; step < steps; step++) row = row.parent ?? row;
					// All documents are the same object, one after the other.
					if (row === last && row.number === lastNumber) return;
					last = row;
					lastNumber = row.number;
					bucket.collect(row);
				},
				toJson: () => bucket.toJson(),
			};
		},
	};
}

function depthOf({ nested }: PlanContext): number {
	return nested === undefined ? 0 : 1 + depthOf(nested.outer);
}
