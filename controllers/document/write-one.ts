import type { CallContext } from "../../src/action/define-action.ts";
import { originOf } from "../../src/documents/change-origin.ts";
import type { DocumentWrite } from "../../src/documents/documents.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Target, WrittenDocument } from "../../src/storage/storage.ts";
import { toTarget } from "../collection/place.ts";
import type { DataContext } from "./context.ts";

interface WriteCall
	extends Pick<CallContext, "envelope" | "connection" | "caller" | "signal"> {
	readonly args: Omit<Target, "scope"> & {
		readonly refresh: "wait_for" | false;
		readonly silent: boolean;
	};
}

/** Throws what the write failed by. */
export async function writeOne(
	{ documents }: DataContext,
	call: WriteCall,
	write: DocumentWrite,
): Promise<WrittenDocument> {
	const { args, caller, signal } = call;
	const { index, collection, refresh, silent } = args;
	const [outcome] = await documents.write(
		toTarget({ index, collection }),
		[write],
		{
			kuid: caller.kuid,
			origin: originOf(call),
			refresh,
			silent,
			signal: signal(),
		},
	);
	if (outcome === undefined) throw new Error("a write without an outcome");
	if (!outcome.ok) throw outcome.error;
	return outcome;
}

/** Bodies are JSON, on whatever protocol they came. */
export function toContent(body: Readonly<Record<string, unknown>>): JsonObject {
	return body as JsonObject;
}

/** The document as it is now. */
export function toSource({ id, version, after }: WrittenDocument): {
	readonly _id: string;
	readonly _source: JsonObject | undefined;
	readonly _version: number;
} {
	return { _id: id, _source: after, _version: version };
}
