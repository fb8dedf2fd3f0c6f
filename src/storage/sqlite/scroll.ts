import type { Scalar, SearchRequest, Sort } from "../../search/query.ts";
import type { ScrollPage, ScrollRequest, SearchResult } from "../storage.ts";

const BY_SCORE: readonly Sort[] = [{ field: "_score", order: "desc" }];
/** The row number, which no two documents share and which a document keeps: it makes any order a total one. */
const TIE_BREAKER: Sort = { field: "_doc", order: "asc" };

/**
 * One page of a scroll, by ordinary searches. The cursor is nothing but the place where the last page ended, so that it holds
 * nothing and never ends by itself.
 */
export async function scrollPage(
	{ sort, size, cursor, keepAliveMs: _, ...request }: ScrollRequest,
	search: (request: SearchRequest) => Promise<SearchResult>,
): Promise<ScrollPage> {
	const base = {
		...request,
		sort: [...(sort.length === 0 ? BY_SCORE : sort), TIE_BREAKER],
		from: 0,
	};
	const page = await search({ ...base, size, ...after(cursor) });
	const last = page.hits.at(-1)?.sort;
	if (last === undefined || page.hits.length < size) return page;
	const next = JSON.stringify(last);
	// By the count it could not be told: documents come and go between two pages.
	const { hits } = await search({ ...base, size: 1, ...after(next) });
	return hits.length === 0 ? page : { ...page, cursor: next };
}

function after(cursor: string | undefined): Pick<SearchRequest, "searchAfter"> {
	return cursor === undefined
		? {}
		: { searchAfter: JSON.parse(cursor) as Scalar[] };
}
