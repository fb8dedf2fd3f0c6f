import { type Body, fields, listField } from "../../src/action/body.ts";
import {
	type CallContext,
	type DeprecatedRoute,
	defineAction,
	type Route,
} from "../../src/action/define-action.ts";
import type { JsonSchema } from "../../src/action/json-schema.ts";
import { originOf } from "../../src/documents/change-origin.ts";
import type { MetadataRule } from "../../src/documents/metadata.ts";
import { place, toTarget } from "../collection/place.ts";
import type { DataContext } from "./context.ts";
import { assertPlace, toListAnswer } from "./list-answer.ts";
import { type ReadItem, toFailure, toSuccess } from "./m-items.ts";
import { failedShape, listShape, writtenShape } from "./shapes.ts";
import {
	retryOnConflict,
	silent,
	sourceUnlessFalse,
	strict,
	strictRefresh,
} from "./write-args.ts";

/** One of the actions that write several documents: they are the same, but for how an item of the list is read. */
export interface MWriteRow {
	readonly name: `document:m${string}`;
	readonly summary: string;
	readonly http: readonly Route[];
	readonly deprecatedRoutes?: readonly DeprecatedRoute[];
	readonly item: JsonSchema;
	readonly metadata: MetadataRule;
	readonly read: ReadItem;
}

interface MWriteArgs {
	readonly index: string;
	readonly collection: string;
	readonly refresh: "wait_for" | false;
	readonly silent: boolean;
	readonly strict: boolean;
	readonly source: boolean;
}

const mWriteArgs = {
	...place,
	refresh: strictRefresh,
	silent,
	strict,
	source: sourceUnlessFalse,
};

export const mWrite = (row: MWriteRow) => (data: DataContext) =>
	defineAction({
		...row,
		args: mWriteArgs,
		body: documentsBody(row.item),
		result: listShape(writtenShape, failedShape),
		handler: (call) =>
			writeMany(data, row, call, { list: call.body.documents, retries: 0 }),
	});

/** As `mWrite`, for the actions that merge. */
export const mMerge = (row: MWriteRow) => (data: DataContext) =>
	defineAction({
		...row,
		args: { ...mWriteArgs, retryOnConflict },
		body: documentsBody(row.item),
		result: listShape(writtenShape, failedShape),
		handler: (call) =>
			writeMany(data, row, call, {
				list: call.body.documents,
				retries: call.args.retryOnConflict ?? data.conflictRetries,
			}),
	});

function documentsBody(
	item: JsonSchema,
): Body<{ readonly documents: readonly unknown[] }> {
	return fields({ documents: listField("The documents.", item) });
}

/** What is no document fails by itself; the others are written in one call. */
async function writeMany(
	{ documents }: DataContext,
	{ name, metadata, read }: MWriteRow,
	call: Pick<CallContext, "envelope" | "connection" | "caller" | "signal"> & {
		readonly args: MWriteArgs;
	},
	{
		list,
		retries,
	}: { readonly list: readonly unknown[]; readonly retries: number },
) {
	const { args, caller, signal } = call;
	documents.assertWriteCount(list.length);
	const items = list.map((given) => ({ given, read: read(given, retries) }));
	const writes = items.flatMap(({ read }) => read.write ?? []);
	const outcomes = await documents.write(toTarget(args), writes, {
		kuid: caller.kuid,
		origin: originOf(call),
		metadata,
		refresh: args.refresh,
		silent: args.silent,
		signal: signal(),
	});
	assertPlace(outcomes);
	const left = outcomes.values();
	const successes: object[] = [];
	const errors: object[] = [];
	for (const { given, read } of items) {
		if (read.write === null) {
			errors.push(toFailure(given, read.reason));
			continue;
		}
		const outcome = left.next().value;
		if (outcome?.ok) successes.push(toSuccess(read.write, outcome, args));
		else if (outcome !== undefined) errors.push(toFailure(given, outcome));
	}
	return toListAnswer({ successes, errors }, args.strict, name.slice(9));
}
