import type { Action } from "../../src/action/define-action.ts";
import type { DataContext } from "../document/context.ts";

/** The actions of the controller `collection`: the collections of an index, their mappings and specifications. */
export const collectionActions = (_data: DataContext): Action[] => [];
