import type { Action } from "../../src/action/define-action.ts";
import { deleteByQuery, updateByQuery } from "./by-query.ts";
import { deleteFields, update, upsert } from "./changes.ts";
import type { DataContext } from "./context.ts";
import { create, createOrReplace, replace } from "./creations.ts";
import { deleteDocument, mDelete } from "./deletions.ts";
import { exportDocuments } from "./export.ts";
import {
	mCreate,
	mCreateOrReplace,
	mReplace,
	mUpdate,
	mUpsert,
} from "./m-actions.ts";
import { exists, get, mExists, mGet } from "./reads.ts";
import { count, scroll, search } from "./search.ts";
import { validate } from "./validate.ts";

/** The actions of the controller `document`: documents. */
export const documentActions = (data: DataContext): Action[] =>
	[
		get,
		exists,
		create,
		createOrReplace,
		replace,
		update,
		upsert,
		deleteFields,
		deleteDocument,
		mGet,
		mExists,
		mCreate,
		mCreateOrReplace,
		mReplace,
		mUpdate,
		mUpsert,
		mDelete,
		validate,
		search,
		scroll,
		count,
		deleteByQuery,
		updateByQuery,
		exportDocuments,
	].map((action) => action(data));
