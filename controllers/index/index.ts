import type { Action } from "../../src/action/define-action.ts";
import type { DataContext } from "../document/context.ts";

/** The actions of the controller `index`: the indexes. */
export const indexActions = (_data: DataContext): Action[] => [];
