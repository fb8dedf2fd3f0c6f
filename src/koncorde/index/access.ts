import { isObject, type JsonValue } from "../../lib/json.ts";
import type { Box, Condition, Filter, FilterScalar } from "../filter.ts";
import { type RequiredText, requiredText } from "../regular-expression.ts";
import { boxAroundCircle, boxAroundPolygon } from "../sphere.ts";

/** A way from a field of a document to a filter: only documents that go one of its ways can match it. */
export type Access = { readonly path: string } & (
	| { readonly kind: "value" | "item"; readonly value: FilterScalar }
	| { readonly kind: "interval"; readonly low: number; readonly high: number }
	| { readonly kind: "place"; readonly box: Box }
	| ({ readonly kind: "text" } & RequiredText)
	/** The field is there. */
	| { readonly kind: "presence" }
);

/** How many documents go a way, roughly: the least is best. */
const COST: Readonly<Record<Access["kind"], number>> = {
	value: 1,
	item: 1,
	text: 2,
	place: 3,
	interval: 4,
	presence: 20,
};

/** The ways to a normalised filter. Null: any document may match it. */
export function accessOf(filter: Filter): readonly Access[] | null {
	switch (filter.kind) {
		case "nothing":
			return [];
		case "everything":
		case "not":
			return null;
		case "and":
			return cheapest(filter.parts.map(accessOf));
		case "or": {
			const ways = filter.parts.map(accessOf);
			return ways.some((way) => way === null)
				? null
				: ways.flatMap((way) => way ?? []);
		}
		default:
			return accessOfCondition(filter);
	}
}

function cheapest(
	ways: readonly (readonly Access[] | null)[],
): readonly Access[] | null {
	return ways.reduce((best, way) => {
		if (best === null || way === null) return best ?? way;
		return costOf(way) < costOf(best) ? way : best;
	}, null);
}

function costOf(way: readonly Access[]): number {
	return way.reduce((sum, { kind }) => sum + COST[kind], 0);
}

function accessOfCondition(condition: Condition): readonly Access[] {
	const { path } = condition;
	const presence: Access = { kind: "presence", path };
	switch (condition.kind) {
		case "equals":
			return [{ kind: "value", path, value: condition.value }];
		case "contains":
			return [{ kind: "item", path, value: condition.value }];
		case "range":
			return [
				{ kind: "interval", path, low: condition.low, high: condition.high },
			];
		case "box":
			return [{ kind: "place", path, box: condition }];
		case "distance":
			return [place(path, boxAroundCircle(condition.center, condition.to))];
		case "polygon":
			return [place(path, boxAroundPolygon(condition.points))];
		case "regexp": {
			const text = requiredText(condition.source, condition.flags);
			return [text === null ? presence : { kind: "text", path, ...text }];
		}
		case "match":
			return [accessOfMatch(path, condition.value as JsonValue) ?? presence];
		case "select":
		case "exists":
			return [presence];
	}
}

function place(path: string, box: Box | null): Access {
	return box === null
		? { kind: "presence", path }
		: { kind: "place", path, box };
}

/** By a plain value somewhere inside: paths lead to it through objects, not through lists. */
function accessOfMatch(path: string, value: JsonValue): Access | null {
	if (Array.isArray(value)) {
		const item = value.find(
			(candidate) => candidate === null || typeof candidate !== "object",
		);
		return item === undefined
			? null
			: { kind: "item", path, value: item as FilterScalar };
	}
	if (!isObject(value))
		return { kind: "value", path, value: value as FilterScalar };
	for (const [name, member] of Object.entries(value)) {
		const access = accessOfMatch(`${path}.${name}`, member as JsonValue);
		if (access !== null) return access;
	}
	return null;
}
