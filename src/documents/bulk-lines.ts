import { createError, type GatewayError } from "../errors/gateway-error.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { forbiddenScript } from "../search/query-errors.ts";
import type { WriteOperation } from "../storage/storage.ts";

/** One action of a bulk, read from its lines. */
export interface BulkItem {
	readonly action: "index" | "create" | "update" | "delete";
	/** Absent: the store makes one. */
	readonly id: string | undefined;
	/** What was sent to be written, as failures show it; absent for deletions. */
	readonly source?: JsonObject;
	readonly write: WriteOperation;
	/** Of an update: what to create where there is no such document. */
	readonly orCreate?: JsonObject;
}

/**
 * Reads the lines of Elasticsearch's bulk API, as values: an action, then, but for deletions, what it writes. Throws
 * `services.storage.unexpected_bad_request` for what is no such list, and `invalid_query_keyword` for a script.
 */
export function parseBulkLines(lines: readonly unknown[]): BulkItem[] {
	if (lines.length === 0) throw malformedBulk("it has no lines");
	const items: BulkItem[] = [];
	for (let at = 0; at < lines.length; ) {
		const { action, meta } = readAction(lines[at], at);
		const payload = action === "delete" ? undefined : lines[at + 1];
		items.push(readItem(action, readMeta(meta, at), payload, at));
		at += action === "delete" ? 1 : 2;
	}
	return items;
}

interface Meta {
	readonly id: string | undefined;
	readonly retryOnConflict: number | undefined;
}

const ACTIONS: ReadonlySet<string> = new Set([
	"index",
	"create",
	"update",
	"delete",
]);
/** Where the document goes is said by the request, whatever the line says (recorded). */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(["_index", "_type"]);

function readAction(
	line: unknown,
	at: number,
): { action: BulkItem["action"]; meta: Record<string, unknown> } {
	const names = isObject(line) ? Object.keys(line) : [];
	const [action = ""] = names;
	const meta = isObject(line) ? line[action] : undefined;
	if (names.length !== 1 || !ACTIONS.has(action) || !isObject(meta)) {
		throw malformedBulk(
			`line ${at + 1} must be {"<action>": {…}}, the action one of index, create, update and delete`,
		);
	}
	return { action: action as BulkItem["action"], meta };
}

/** An option that is not kept would make another write of it: it is refused. */
function readMeta(meta: Record<string, unknown>, at: number): Meta {
	const { _id, retry_on_conflict: retries, ...others } = meta;
	const unknown = Object.keys(others).find((key) => !WITHOUT_EFFECT.has(key));
	if (unknown !== undefined) {
		throw malformedBulk(`line ${at + 1} has an unknown option [${unknown}]`);
	}
	if (_id !== undefined && typeof _id !== "string" && typeof _id !== "number") {
		throw malformedBulk(`the [_id] of line ${at + 1} must be a text`);
	}
	if (retries !== undefined && !isCount(retries)) {
		throw malformedBulk(
			`the [retry_on_conflict] of line ${at + 1} must be a number`,
		);
	}
	return {
		id: _id === undefined ? undefined : String(_id),
		retryOnConflict: retries,
	};
}

function readItem(
	action: BulkItem["action"],
	{ id, retryOnConflict }: Meta,
	payload: unknown,
	at: number,
): BulkItem {
	if (action === "create") {
		const content = readContent(payload, at);
		const write = { kind: "create", id, content } as const;
		return { action, id, source: content, write };
	}
	if (action === "index") {
		const content = readContent(payload, at);
		const write: WriteOperation =
			id === undefined
				? { kind: "create", content }
				: { kind: "createOrReplace", id, content };
		return { action, id, source: content, write };
	}
	if (id === undefined) throw malformedBulk(`line ${at + 1} needs an [_id]`);
	if (action === "delete") return { action, id, write: { kind: "delete", id } };
	const { changes, orCreate } = readUpdate(payload, at);
	return {
		action,
		id,
		source: changes,
		write: { kind: "update", id, changes, retryOnConflict },
		...(orCreate === undefined ? {} : { orCreate }),
	};
}

function readUpdate(
	payload: unknown,
	at: number,
): { changes: JsonObject; orCreate: JsonObject | undefined } {
	const {
		doc,
		upsert,
		doc_as_upsert: docAsUpsert,
		detect_noop: _noop,
		...others
	}: Record<string, unknown> = readContent(payload, at);
	for (const key of ["script", "_script"]) {
		if (Object.hasOwn(others, key)) throw forbiddenScript(key, others[key]);
	}
	const [unknown] = Object.keys(others);
	if (unknown !== undefined) {
		throw malformedBulk(`line ${at + 2} has an unknown member [${unknown}]`);
	}
	if (!isObject(doc)) throw malformedBulk(`line ${at + 2} needs a [doc]`);
	if (upsert !== undefined && !isObject(upsert)) {
		throw malformedBulk(`the [upsert] of line ${at + 2} must be an object`);
	}
	const changes = doc as JsonObject;
	return {
		changes,
		orCreate: docAsUpsert === true ? changes : (upsert as JsonObject),
	};
}

function readContent(payload: unknown, at: number): JsonObject {
	if (isObject(payload)) return payload as JsonObject;
	throw malformedBulk(
		`line ${at + 1} must be followed by an object, the document`,
	);
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) >= 0;
}

function malformedBulk(reason: string): GatewayError {
	return createError(
		"services.storage.unexpected_bad_request",
		`the bulk cannot be read: ${reason}`,
	);
}
