import type { Action } from "../../src/action/define-action.ts";
import type { DataContext } from "../document/context.ts";

/** The actions of the controller `bulk`: documents in bulk, as they are given. */
export const bulkActions = (_data: DataContext): Action[] => [];
