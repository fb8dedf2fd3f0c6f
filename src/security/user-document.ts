import { isObject, type JsonObject } from "../lib/json.ts";
import type { StoredDocument } from "../storage/storage.ts";
import type { SecurityDocument } from "./documents.ts";

/** A user, with the profiles that say what it may do. */
export interface User extends SecurityDocument {
	readonly profileIds: readonly string[];
}

/** As `getUser` and its like answer it: who wrote it is told only where somebody did (recorded). */
export function toUser(kuid: string, source: JsonObject): User {
	const { profileIds } = source;
	return {
		_id: kuid,
		_source: withoutNullAuthor(source),
		profileIds: Array.isArray(profileIds)
			? profileIds.filter((id) => typeof id === "string")
			: [],
	};
}

/** As `mGetUsers` and the searches answer it: with an author, though it be null (recorded). */
export function toFoundUser({ id, content }: StoredDocument): SecurityDocument {
	const { _kuzzle_info: info } = content;
	if (!isObject(info)) return { _id: id, _source: content };
	return {
		_id: id,
		_source: { ...content, _kuzzle_info: { author: null, ...info } },
	};
}

function withoutNullAuthor(source: JsonObject): JsonObject {
	const { _kuzzle_info: info } = source;
	if (!isObject(info) || info.author !== null) return source;
	const { author, ...rest } = info as JsonObject;
	return { ...source, _kuzzle_info: rest };
}
