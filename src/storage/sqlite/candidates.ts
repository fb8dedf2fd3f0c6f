/**
 * Where a query begins: the documents that one of its clauses finds by an index. The rest of it is only looked at for these.
 */
import type { FieldIndex } from "./field-index.ts";
import { and, type Fragment, list, sql, TRUE } from "./fragment.ts";

export interface Candidates {
	/** A SELECT of one column, `number`: of every document that matches, and maybe of others. A number may come twice. */
	readonly select: Fragment;
	/** What a candidate must satisfy to match; TRUE where all of them do. */
	readonly rest: Fragment;
}

interface Part {
	readonly where: Fragment;
	readonly candidates?: Candidates | undefined;
}

/** Of parts that must all match: the fewest candidates, and the other parts as their rest. */
export function fewestOf(
	parts: readonly Part[],
	others: readonly Fragment[],
	index: FieldIndex,
): Candidates | undefined {
	const indexed = parts.filter((part) => part.candidates !== undefined);
	const [first, ...more] = indexed;
	if (first === undefined) return undefined;
	const size = (part: Part) =>
		index.size((part.candidates as Candidates).select);
	let best = first;
	if (more.length > 0) {
		let fewest = size(first);
		for (const part of more.slice(0, COMPARED_MAX)) {
			const found = size(part);
			if (found < fewest) [best, fewest] = [part, found];
		}
	}
	const { select, rest } = best.candidates as Candidates;
	const wheres = parts.map((part) => (part === best ? rest : part.where));
	return {
		select,
		rest: allOf([...wheres, ...others]),
	};
}

/** Clauses whose candidates are counted to find the best. */
const COMPARED_MAX = 8;

/** Of parts of which one must match. */
export function unionOf(
	parts: readonly Part[],
	others: readonly Fragment[],
): Candidates | undefined {
	if (parts.length > UNITED_MAX) return undefined;
	const all = parts.map((part) => part.candidates);
	if (!all.every((candidates) => candidates !== undefined)) return undefined;
	if (all.some(({ rest }) => rest !== TRUE)) return undefined;
	return {
		select: list(
			all.map(({ select }) => sql`SELECT number FROM (${select})`),
			" UNION ",
		),
		rest: allOf(others),
	};
}

/** SQLite joins up to 500 selects. */
const UNITED_MAX = 50;

function allOf(parts: readonly Fragment[]): Fragment {
	return and(parts.filter((part) => part !== TRUE));
}
