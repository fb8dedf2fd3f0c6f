import assert from "node:assert/strict";
import { exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import { prepare } from "../support/scenario-people.ts";
import {
	missing,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";
import type { ActionRequest } from "../support/transports.ts";

/* Rows that the searches of users, profiles and roles share, and those of their scrolls. */

/** The refusals of a page, a language and a body. */
export function searchRefusals(request: ScenarioRequest): Scenario[] {
	const query = (dsl: unknown, lang = "elasticsearch") => ({
		args: { lang },
		body: { query: dsl },
	});
	const refused: readonly Wrong[] = [
		...["x", 1.5, {}].flatMap((value) => [
			wrongType("from", value, "integer"),
			wrongType("size", value, "integer"),
		]),
		...["from", "size"].map((name) => ({
			when: `${name} = -1`,
			args: { [name]: -1 },
			error: "api.assert.invalid_argument" as const,
			props: [name, matching(/./)],
		})),
		{
			when: "a page that is too large",
			args: { size: 10_001 },
			error: "services.storage.get_limit_exceeded",
		},
		{
			when: "a page that ends too far away",
			args: { from: 9_999, size: 10 },
			error: "services.storage.unexpected_bad_request",
		},
		wrongType("lang", {}, "string"),
		{
			when: "a language that there is not",
			args: { lang: "sql" },
			error: "api.assert.invalid_argument",
			props: ["lang", matching(/./)],
		},
		{
			when: "a query that is no object",
			body: { query: "all" },
			error: "api.assert.invalid_type",
			props: ["body.query", "object"],
		},
		{
			when: "a member that no search has",
			matrix: true,
			body: { zz: 1 },
			error: "services.storage.invalid_search_query",
			props: ["zz"],
		},
		{
			when: "a clause that there is not",
			...query({ zz: {} }),
			error: "services.storage.unexpected_bad_request",
		},
		{
			when: "a look-up in another collection",
			...query({ terms: { _id: { index: "x", id: "y", path: "z" } } }),
			error: "services.storage.invalid_query_keyword",
		},
		{
			when: "a word that both languages know with different meanings",
			...query({ bool: { must: [] } }, "koncorde"),
			error: "api.assert.koncorde_restricted_keyword",
			props: ["operator", "bool"],
		},
		{
			when: "a sort by a field that there is not",
			body: { sort: [{ ghost: "asc" }] },
			error: "services.storage.unexpected_bad_request",
		},
	];
	return refusals({ ...request, as: "admin" }, refused);
}

export interface ScrolledRows {
	readonly search: ScenarioRequest;
	/** The action that goes on. */
	readonly scroll: `security:${string}`;
	/** What makes one to be found, whose id is `<prefix>-{n}`. */
	readonly make: (prefix: string) => ActionRequest;
	/** A body that finds those. */
	readonly body: (run: ScenarioRun) => object;
}

/** Of a search that can be scrolled through, and of the action that does. */
export function scrollRows(rows: ScrolledRows): Scenario[] {
	const { search, scroll, make, body } = rows;
	const made = ["one", "two", "three"].map(make);
	const request: ScenarioRequest = { ...search, as: "admin" };
	const opened = (run: ScenarioRun) => open(run, rows);
	return [
		{
			name: `${search.action} opens a scroll, whose id every page answers`,
			given: made,
			request: (run) => ({
				...request,
				args: { size: 2, scroll: "10s" },
				body: body(run),
			}),
			reply: {
				result: {
					hits: (hits) => assert.equal((hits as object[]).length, 2),
					total: 3,
					scrollId: matching(/./),
				},
			},
		},
		{
			name: `${search.action} opens no scroll unless asked`,
			given: made,
			request: (run) => ({
				...request,
				args: { scroll: "" },
				body: body(run),
			}),
			reply: {
				result: exactly({
					hits: (hits) => assert.equal((hits as object[]).length, 3),
					total: 3,
				}),
			},
		},
		...(["sqlite", "elasticsearch"] as const).map(
			(backend): Scenario => ({
				name: `${scroll} answers every match once, then knows of no scroll (${backend})`,
				matrix: true,
				on: ["ws"],
				given: made,
				request: (run) => ({ ...request, body: body(run) }),
				reply: { result: { total: 3 } },
				async afterwards(run) {
					if (run.backend === backend) await readToEnd(run, rows);
				},
			}),
		),
		{
			name: `${scroll} leaves another kind's scroll alone`,
			given: made,
			request: async (run) => ({
				action: scroll.endsWith("Users")
					? "security:scrollProfiles"
					: "security:scrollUsers",
				as: "admin",
				args: { scrollId: (await opened(run)).scrollId },
			}),
			reply: { error: "services.storage.unknown_scroll_id" },
		},
		...refusals(request, [
			wrongType("scroll", {}, "string"),
			...["x", "0s", "-1"].map((value) => ({
				when: `scroll = ${value}`,
				args: { scroll: value },
				error: "api.assert.invalid_argument" as const,
				props: ["scroll", matching(/./)],
			})),
			{
				when: "a scroll that is kept for too long",
				matrix: true,
				args: { scroll: "2m" },
				error: "services.storage.scroll_duration_too_great",
				props: ["2m"],
			},
			...[{ from: 1 }, { size: 0 }].map((page) => ({
				when: `a scroll with ${JSON.stringify(page)}`,
				args: { scroll: "5s", ...page },
				error: "services.storage.unexpected_bad_request" as const,
			})),
		]),
		...refusals({ action: scroll, as: "admin", args: { scrollId: "x" } }, [
			missing("scrollId"),
			missing("scrollId", null),
			wrongType("scrollId", {}, "string"),
			wrongType("scroll", {}, "string"),
			...["ghost", "1-ghost", "opened", "opened-1", "-", "__proto__"].map(
				(scrollId, i) => ({
					when: `the id ${scrollId}, which is no scroll's`,
					matrix: i === 0,
					args: { scrollId },
					error: "services.storage.unknown_scroll_id" as const,
				}),
			),
		]),
	];
}

/** A happy row of the action that goes on, over every transport: the scroll is opened in `given`. */
export function nextPage(
	{ scroll, make, body, search }: ScrolledRows,
	as: ScenarioRequest["as"],
): Scenario {
	const key = `scroll of ${scroll}`;
	return {
		name: `${scroll} answers the next page`,
		matrix: true,
		async given(run) {
			await prepare(run, ...["one", "two", "three"].map(make));
			const { scrollId } = await open(run, { scroll, make, body, search });
			run.notes.set(key, scrollId);
		},
		request: (run) => ({
			action: scroll,
			...(as === undefined ? {} : { as }),
			args: { scrollId: run.notes.get(key), scroll: "20s" },
		}),
		reply: {
			result: {
				hits: (hits) => assert.equal((hits as object[]).length, 1),
				total: 3,
				scrollId: matching(/./),
			},
		},
	};
}

async function open(
	run: ScenarioRun,
	{ search, body }: ScrolledRows,
): Promise<{ scrollId: string; hits: { _id: string }[] }> {
	const [controller, action] = search.action.split(":");
	return run.stage.must({
		controller,
		action,
		size: 1,
		scroll: "30s",
		body: body(run),
	});
}

async function readToEnd(run: ScenarioRun, rows: ScrolledRows): Promise<void> {
	const { scrollId, hits } = await open(run, rows);
	const ids = hits.map(({ _id }) => _id);
	const [controller, action] = rows.scroll.split(":");
	const token = await run.stage.token("admin");
	const next = () =>
		run.stage.gateway.query({ controller, action, scrollId }, token);
	for (let page = 2; page <= 3; page++) {
		const reply = await next();
		assert.equal(reply.status, 200, JSON.stringify(reply.error));
		assert.equal(reply.result.scrollId, scrollId);
		ids.push(...reply.result.hits.map(({ _id }: { _id: string }) => _id));
	}
	const made = ["one", "two", "three"].map((prefix) => `${prefix}-${run.n}`);
	assert.deepEqual(ids.toSorted(), made.toSorted());
	assert.equal((await next()).error?.id, "services.storage.unknown_scroll_id");
}
