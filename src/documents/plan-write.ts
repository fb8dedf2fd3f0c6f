import type { GatewayError } from "../errors/gateway-error.ts";
import type { JsonObject } from "../lib/json.ts";
import { mergeDocuments } from "../storage/merge-documents.ts";
import type { StoredDocument, WriteOperation } from "../storage/storage.ts";
import type {
	DocumentRules,
	DocumentWrite,
	FieldDeletion,
} from "./documents.ts";
import { type Authorship, touched } from "./metadata.ts";
import { removeFields } from "./remove-fields.ts";

/** What to do for a write; or why not. */
export type Plan =
	| { readonly operation: WriteOperation }
	| { readonly error: GatewayError };

type Of<K extends DocumentWrite["kind"]> = Extract<
	DocumentWrite,
	{ readonly kind: K }
>;

/** Whether what is to be done depends on the document as it is. */
export function dependsOnDocument(
	{ kind }: DocumentWrite,
	rules: DocumentRules | null,
): boolean {
	if (kind === "deleteFields") return true;
	return rules !== null && (kind === "update" || kind === "upsert");
}

/**
 * Checks what the document will be, and fills in its defaults. The write has its metadata already. What is decided by the document as it is takes
 * its revision for a condition, so that it is decided again when another write came between.
 */
export function planWrite(
	write: DocumentWrite,
	current: StoredDocument | null,
	rules: DocumentRules | null,
	authorship: Authorship,
): Plan {
	if (write.kind === "deleteFields")
		return planFieldDeletion(write, current, rules, authorship);
	if (rules === null || write.kind === "delete") return { operation: write };
	switch (write.kind) {
		case "update":
			return planUpdate(write, current, rules);
		case "upsert":
			return planUpsert(write, current, rules);
		default:
			return complete(write.content, rules, (content) => ({
				...write,
				content,
			}));
	}
}

function planUpdate(
	write: Of<"update">,
	current: StoredDocument | null,
	rules: DocumentRules,
): Plan {
	// Without a document it fails, and the store says how.
	if (current === null) return { operation: write };
	const merged = mergeDocuments(current.content, write.changes);
	const defaults = rules.defaultsOf(merged) ?? {};
	const error = rules.check(mergeDocuments(merged, defaults));
	if (error !== null) return { error };
	const changes = mergeDocuments(write.changes, defaults);
	const ifRevision = write.ifRevision ?? current.revision;
	return { operation: { ...write, changes, ifRevision } };
}

function planUpsert(
	{ id, changes, default: base }: Of<"upsert">,
	current: StoredDocument | null,
	rules: DocumentRules,
): Plan {
	if (current !== null)
		return planUpdate({ kind: "update", id, changes }, current, rules);
	return complete(mergeDocuments(base, changes), rules, (content) => ({
		kind: "create",
		id,
		content,
	}));
}

function planFieldDeletion(
	{ id, fields }: FieldDeletion,
	current: StoredDocument | null,
	rules: DocumentRules | null,
	authorship: Authorship,
): Plan {
	// Without a document it fails, and the store says how.
	if (current === null)
		return { operation: { kind: "replace", id, content: {} } };
	const left = removeFields(current.content, fields);
	const error = rules?.check(left) ?? null;
	if (error !== null) return { error };
	const content = touched(left, authorship);
	const ifRevision = current.revision;
	return { operation: { kind: "replace", id, content, ifRevision } };
}

function complete(
	content: JsonObject,
	rules: DocumentRules,
	toOperation: (whole: JsonObject) => WriteOperation,
): Plan {
	const whole = mergeDocuments(content, rules.defaultsOf(content) ?? {});
	const error = rules.check(whole);
	return error === null ? { operation: toOperation(whole) } : { error };
}
