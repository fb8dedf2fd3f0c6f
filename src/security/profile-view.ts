import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { StoredDocument } from "../storage/storage.ts";
import type { SecurityDocument } from "./documents.ts";

/** As the API answers a profile: with the `optimizedPolicies` that Kuzzle adds, whose restrictions print as `{}`. */
export function toPublicProfile({
	_id,
	_source,
}: SecurityDocument): SecurityDocument {
	const policies = Array.isArray(_source.policies) ? _source.policies : [];
	return {
		_id,
		_source: {
			..._source,
			optimizedPolicies: policies.map(toOptimized),
		},
	};
}

function toOptimized(policy: JsonValue): JsonObject {
	if (!isObject(policy)) return {};
	const { roleId = null, restrictedTo } = policy as JsonObject;
	return restrictedTo === undefined ? { roleId } : { roleId, restrictedTo: {} };
}

/** A profile as a search answers it: in its hits Kuzzle leaves the `optimizedPolicies` empty. */
export function toFoundProfile({
	id,
	content,
}: StoredDocument): SecurityDocument {
	return { _id: id, _source: { ...content, optimizedPolicies: [] } };
}
