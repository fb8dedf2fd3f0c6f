import { createError, type GatewayError } from "../errors/gateway-error.ts";
import type { JsonObject } from "../lib/json.ts";
import type { DocumentWrite } from "./documents.ts";

/**
 * What Elasticsearch calls its metadata fields: no document can have one at its root. A store that would take them would keep documents that
 * cannot move.
 */
const RESERVED: ReadonlySet<string> = new Set([
	"_data_stream_timestamp",
	"_field_names",
	"_id",
	"_ignored",
	"_ignored_source",
	"_index",
	"_nested_path",
	"_routing",
	"_seq_no",
	"_source",
	"_tier",
	"_version",
]);

/** Null when the write names none of them. */
export function findReservedName(write: DocumentWrite): GatewayError | null {
	for (const content of contentsOf(write)) {
		const name = Object.keys(content).find((key) => RESERVED.has(key));
		if (name === undefined) continue;
		return createError(
			"services.storage.unexpected_bad_request",
			`"${name}" is what the store calls something of its own, and cannot be a field of a document`,
		);
	}
	return null;
}

function contentsOf(write: DocumentWrite): readonly JsonObject[] {
	switch (write.kind) {
		case "create":
		case "createOrReplace":
		case "replace":
			return [write.content];
		case "update":
			return [write.changes];
		case "upsert":
			return [write.changes, write.default];
		case "delete":
		case "deleteFields":
			return [];
	}
}
