import type { JsonObject } from "../../lib/json.ts";
import type { StoredDocument } from "../storage.ts";

/** A document as Elasticsearch answers it. */
export interface WireDocument {
	readonly _id: string;
	readonly _version: number;
	readonly _seq_no: number;
	readonly _primary_term: number;
	readonly _source: JsonObject;
}

/** What a write on condition needs: Elasticsearch's `if_seq_no` and `if_primary_term`. */
export interface Condition {
	readonly if_seq_no: number;
	readonly if_primary_term: number;
}

const ID_BYTES_MAX = 512;

/** Elasticsearch refuses others; an empty one would even address another API, and half a surrogate pair no address at all. */
export function isValidId(id: string): boolean {
	return (
		id !== "" &&
		Buffer.byteLength(id) <= ID_BYTES_MAX &&
		!/\p{Surrogate}/u.test(id)
	);
}

export function toStoredDocument(wire: WireDocument): StoredDocument {
	return {
		id: wire._id,
		version: wire._version,
		revision: toRevision(wire),
		content: wire._source,
	};
}

export function toRevision(
	wire: Pick<WireDocument, "_seq_no" | "_primary_term">,
): string {
	return `${wire._seq_no}:${wire._primary_term}`;
}

/** Null for what is no revision of ours, which therefore never holds. */
export function toCondition(revision: string): Condition | null {
	const match = /^(\d{1,15}):(\d{1,15})$/.exec(revision);
	if (match === null) return null;
	return { if_seq_no: Number(match[1]), if_primary_term: Number(match[2]) };
}
