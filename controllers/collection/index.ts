import type { Action } from "../../src/action/define-action.ts";
import type { DataContext } from "../document/context.ts";
import {
	deleteOne,
	exists,
	getMapping,
	getSettings,
	refresh,
	truncate,
} from "./collections.ts";
import { create, update, updateMapping } from "./definitions.ts";
import { list } from "./list.ts";
import {
	deleteSpecifications,
	getSpecifications,
	scrollSpecifications,
	searchSpecifications,
	updateSpecifications,
	validateSpecifications,
} from "./specifications.ts";

/** The actions of the controller `collection`: the collections of an index, their mappings and specifications. */
export const collectionActions = (data: DataContext): Action[] =>
	[
		create,
		deleteOne,
		exists,
		getMapping,
		getSettings,
		list,
		refresh,
		truncate,
		update,
		updateMapping,
		getSpecifications,
		updateSpecifications,
		validateSpecifications,
		deleteSpecifications,
		searchSpecifications,
		scrollSpecifications,
	].map((action) => action(data));
