import type { Action } from "../../src/action/define-action.ts";
import type { DataContext } from "../document/context.ts";
import { create, deleteOne, exists } from "./indexes.ts";
import { list, stats } from "./list.ts";
import { mDelete } from "./m-delete.ts";

/** The actions of the controller `index`: the indexes. */
export const indexActions = (data: DataContext): Action[] =>
	[create, deleteOne, exists, list, mDelete, stats].map((action) =>
		action(data),
	);
