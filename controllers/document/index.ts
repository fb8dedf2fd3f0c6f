import type { Action } from "../../src/action/define-action.ts";
import type { DataContext } from "../document/context.ts";

/** The actions of the controller `document`: documents. */
export const documentActions = (_data: DataContext): Action[] => [];
