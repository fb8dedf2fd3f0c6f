import type { Action } from "../../src/action/define-action.ts";
import type { DataContext } from "../document/context.ts";
import { deleteByQuery, updateByQuery } from "./by-query.ts";
import { importBulk } from "./imports.ts";
import { mWrite, write } from "./writes.ts";

/** The actions of the controller `bulk`: documents in bulk, as they are given. */
export const bulkActions = (data: DataContext): Action[] =>
	[importBulk, write, mWrite, updateByQuery, deleteByQuery].map((action) =>
		action(data),
	);
