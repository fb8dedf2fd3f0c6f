import type { Connection } from "../../../sqlite/connection.ts";
import type { Place } from "../messages.ts";
import type { QueryContext } from "../query-to-sql.ts";
import type { Columns } from "./columns.ts";
import type { BucketLimits } from "./limits.ts";

/** What the planning of a search's aggregations works with. */
export interface PlanContext {
	readonly connection: Connection;
	/** Of each collection that is searched, in their order: of its documents, or of the objects of a nested field. */
	readonly contexts: readonly QueryContext[];
	readonly places: readonly Place[];
	readonly columns: Columns;
	readonly limits: BucketLimits;
	/** What `now` means in dates. */
	readonly now: number;
	/** Inside a `nested` aggregation: the path of its field, where its objects are in `outer`, and what is around it. */
	readonly nested?: {
		readonly path: string;
		readonly slot: number;
		readonly outer: PlanContext;
	};
}
