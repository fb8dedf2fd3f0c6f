import type { JsonObject } from "../../../lib/json.ts";
import type { Aggregation } from "../../../search/aggregations/aggregation.ts";
import type { Connection } from "../../../sqlite/connection.ts";
import type { Collection } from "../collections.ts";
import type { FieldIndex } from "../field-index.ts";
import { badRequest } from "../field-types.ts";
import { type Fragment, sql, TRUE } from "../fragment.ts";
import { matching } from "../matching.ts";
import type { Place } from "../messages.ts";
import type { CompiledQuery, QueryContext } from "../query-to-sql.ts";
import { toFragment } from "../query-to-sql.ts";
import { toAnswer } from "./bucket.ts";
import { Columns } from "./columns.ts";
import { BucketLimits } from "./limits.ts";
import { planAggregations } from "./plan.ts";
import type { PlanContext } from "./plan-context.ts";
import { DocumentRow, type SqlRow } from "./rows.ts";

/** A collection that is searched, and what the search's query means in it. */
export interface AggregatedPart {
	readonly collection: Collection;
	readonly context: QueryContext;
	readonly query: CompiledQuery;
}

export interface AggregateOptions {
	/** Of the parts, in their order. */
	readonly places: readonly Place[];
	/** What `now` means in dates. */
	readonly now: number;
}

/**
 * Reads every row that matches once, with the columns that the aggregations need, and counts. What it has by the time limit
 * of the search is answered. By name, as Elasticsearch answers them. Throws as `planAggregations`, and
 * `unexpected_bad_request` once there are too many buckets.
 */
export function aggregate(
	connection: Connection,
	parts: readonly AggregatedPart[],
	aggregations: readonly Aggregation[],
	options: AggregateOptions,
): JsonObject {
	const limits = new BucketLimits();
	const run = (some: readonly Aggregation[], rows: readonly AggregatedPart[]) =>
		aggregateRows(connection, rows, some, { ...options, limits });
	const onMatches = run(
		aggregations.filter((aggregation) => !isGlobal(aggregation)),
		parts,
	);
	const answers = new Map(Object.entries(onMatches.answer));
	for (const aggregation of aggregations.filter(isGlobal)) {
		const { name, meta } = aggregation;
		const all = run(
			aggregation.aggregations,
			parts.map((part) => ({ ...part, query: ALL })),
		);
		answers.set(name, {
			...(meta === undefined ? {} : { meta }),
			doc_count: all.rows,
			...all.answer,
		});
	}
	const inOrder = aggregations.map(({ name }) => [name, answers.get(name)]);
	return Object.fromEntries(inOrder) as JsonObject;
}

/** It looks at all documents of the collections, whatever the query. */
function isGlobal({ body }: Aggregation): boolean {
	return body.kind === "global";
}

const ALL: CompiledQuery = { where: TRUE, score: 1 };

interface RunOptions extends AggregateOptions {
	readonly limits: BucketLimits;
}

function aggregateRows(
	connection: Connection,
	parts: readonly AggregatedPart[],
	aggregations: readonly Aggregation[],
	{ limits, now, places }: RunOptions,
): { readonly answer: JsonObject; readonly rows: number } {
	const context: PlanContext = {
		connection,
		contexts: parts.map((part) => part.context),
		places,
		columns: new Columns(),
		limits,
		now,
	};
	const planned = planAggregations(aggregations, context);
	const collectors = planned.map((one) => one.create());
	const index = indexOfAll(parts);
	const byRow =
		index === undefined
			? collectors
			: collectors.filter((one) => one.collectAll?.(index) !== true);
	const current = new DocumentRow();
	let rows = 0;
	if (byRow.length > 0 || parts[0]?.query === ALL)
		for (const row of readRows(connection, parts, context.columns)) {
			rows++;
			current.set(row);
			for (const collector of byRow) collector.collect(current);
		}
	return { answer: toAnswer(planned, collectors), rows };
}

/** What knows all documents that match: of one collection, when every document of it does. */
function indexOfAll([part, ...others]: readonly AggregatedPart[]):
	| FieldIndex
	| undefined {
	return part?.query.where === TRUE && others.length === 0
		? part.context.index
		: undefined;
}

function* readRows(
	connection: Connection,
	parts: readonly AggregatedPart[],
	columns: Columns,
): Iterable<SqlRow> {
	for (const [place, { collection, context, query }] of parts.entries()) {
		const score = toFragment(columns.needsScore ? query.score : 1);
		const statement = sql`SELECT ${place} AS place, d.number AS number, ${score} AS score, ${columns.toSql(place, context)}
			FROM documents AS d WHERE ${matching(collection, query)}`;
		yield* iterate(connection, statement);
	}
}

function iterate(
	connection: Connection,
	statement: Fragment,
): Iterable<SqlRow> {
	// SQLite's own limits are 32,766 values and 2,000 columns.
	if (statement.values.length > 32_000)
		throw badRequest("the aggregations and the query have too many clauses");
	return connection.iterate<SqlRow>(statement.sql, ...statement.values);
}
