import {
	isObject,
	type JsonObject,
	type JsonValue,
} from "../../../lib/json.ts";

interface SourcePatterns {
	readonly includes: readonly string[];
	readonly excludes: readonly string[];
}

/**
 * The part of a document that `_source` asks for: the members whose paths fit one of the included patterns, with all that
 * is in them, without those that fit an excluded one. As in Elasticsearch, `*` stands for any characters of one name, and `**` for any
 * names; but where something is excluded by a pattern with a `*`, it stands for dots too. What nothing is left of is left out; in
 * that last case only of lists, and there also what was empty before.
 */
export function filterSource(
	content: JsonObject,
	{ includes, excludes }: SourcePatterns,
): JsonObject {
	const crossesDots = excludes.some((pattern) => pattern.includes("*"));
	const matching = crossesDots ? byCharacters : byNames;
	const included = matching(includes);
	const excluded = matching(excludes);
	const filter: Filter = {
		isIncluded: included.fits,
		isExcluded: excluded.fits,
		keepsEmptied: (value) => crossesDots || isEmpty(value),
		isLeftOut: (kept) => crossesDots && isEmpty(kept),
		mayLead: included.mayLead,
		mayExcludeIn: excluded.mayLead,
	};
	return filterObject(content, "", includes.length === 0, filter);
}

interface Filter {
	readonly isIncluded: (path: string) => boolean;
	readonly isExcluded: (path: string) => boolean;
	/** Whether an object or a list that nothing is left of stays, as an empty one, where it is wanted. */
	readonly keepsEmptied: (value: JsonValue) => boolean;
	/** Whether an item that nothing is left of is left out of its list. */
	readonly isLeftOut: (kept: JsonValue) => boolean;
	/** Whether something in the object may be included. */
	readonly mayLead: (path: string) => boolean;
	/** Whether something in the object may be excluded. */
	readonly mayExcludeIn: (path: string) => boolean;
}

interface Matching {
	readonly fits: (path: string) => boolean;
	/** Whether a longer path may fit that begins with this one. */
	readonly mayLead: (path: string) => boolean;
}

function byCharacters(patterns: readonly string[]): Matching {
	return { fits: matcher(patterns), mayLead: leads(patterns) };
}

function byNames(patterns: readonly string[]): Matching {
	const all = patterns.map((pattern) =>
		pattern.split(".").map((name) => name.split("*")),
	);
	const some = (test: (at: number, length: number) => boolean) => {
		return (path: string) =>
			all.some((names) =>
				placesAfter(path, names).some((at) => test(at, names.length)),
			);
	};
	return {
		fits: some((at, length) => at === length),
		mayLead: some((at, length) => at < length),
	};
}

/** How many of the names of a pattern may be behind, at the end of the path. */
function placesAfter(
	path: string,
	names: readonly (readonly string[])[],
): number[] {
	const isAny = (at: number) => names[at]?.join("*") === "**";
	const withSkipped = (at: number): number[] =>
		isAny(at) ? [at, ...withSkipped(at + 1)] : [at];
	let places = withSkipped(0);
	for (const name of path.split(".")) {
		const next = places.flatMap((at) => {
			if (isAny(at)) return withSkipped(at);
			const parts = names[at];
			return parts !== undefined && fits(name, parts)
				? withSkipped(at + 1)
				: [];
		});
		places = [...new Set(next)];
	}
	return places;
}

function filterObject(
	object: JsonObject,
	path: string,
	isInside: boolean,
	filter: Filter,
): JsonObject {
	const kept: [string, JsonValue][] = [];
	for (const [name, value] of Object.entries(object)) {
		const inner = path === "" ? name : `${path}.${name}`;
		if (filter.isExcluded(inner)) continue;
		const isWanted = isInside || filter.isIncluded(inner);
		const member = filterValue(value, inner, isWanted, filter);
		if (member !== undefined) kept.push([name, member]);
	}
	return Object.fromEntries(kept);
}

function filterValue(
	value: JsonValue,
	path: string,
	isWanted: boolean,
	filter: Filter,
): JsonValue | undefined {
	if (isWanted ? !filter.mayExcludeIn(path) : !filter.mayLead(path))
		return isWanted ? value : undefined;
	if (Array.isArray(value)) {
		const items = value.flatMap((item) => {
			const kept = filterValue(item, path, isWanted, filter);
			return kept === undefined || filter.isLeftOut(kept) ? [] : [kept];
		});
		return staysMember(items, value, isWanted, filter) ? items : undefined;
	}
	if (!isObject(value)) return isWanted ? value : undefined;
	const kept = filterObject(value as JsonObject, path, isWanted, filter);
	return staysMember(kept, value, isWanted, filter) ? kept : undefined;
}

function staysMember(
	kept: JsonValue,
	value: JsonValue,
	isWanted: boolean,
	filter: Filter,
): boolean {
	return isEmpty(kept) ? isWanted && filter.keepsEmptied(value) : true;
}

/** Whether it is an object or a list with nothing in it. */
function isEmpty(value: JsonValue): boolean {
	return isObject(value)
		? Object.keys(value).length === 0
		: Array.isArray(value) && value.length === 0;
}

function matcher(patterns: readonly string[]): (path: string) => boolean {
	const tests = patterns.map((pattern) => {
		const parts = pattern.split("*");
		return (path: string) => fits(path, parts);
	});
	return (path) => tests.some((test) => test(path));
}

/** In linear time: each part at its first place behind the one before. */
function fits(path: string, parts: readonly string[]): boolean {
	const [first = "", ...rest] = parts;
	if (rest.length === 0) return path === first;
	if (!path.startsWith(first)) return false;
	const last = rest.pop() ?? "";
	let at = first.length;
	for (const part of rest) {
		const found = path.indexOf(part, at);
		if (found < 0) return false;
		at = found + part.length;
	}
	return path.length - last.length >= at && path.endsWith(last);
}

function leads(patterns: readonly string[]): (path: string) => boolean {
	return (path) =>
		patterns.some((pattern) => {
			const star = pattern.indexOf("*");
			const plain = star < 0 ? pattern : pattern.slice(0, star);
			return (
				plain.startsWith(`${path}.`) ||
				(star >= 0 && `${path}.`.startsWith(plain))
			);
		});
}
