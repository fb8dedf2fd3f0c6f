import {
	createErrorFrom,
	type GatewayError,
} from "../../errors/gateway-error.ts";
import type { Target } from "../storage.ts";
import { Refusal } from "./refusal.ts";

/**
 * What Elasticsearch refused, in Kuzzle's words (the storage facts, §7; which id follows from what is in the
 * recordings of a real server). A missing indice is not translated here: that takes a question, see `catalog.ts`.
 */
export function translateRefusal(
	refusal: Refusal,
	target?: Target,
): GatewayError {
	const { status, type, message } = refusal;
	if (type === "version_conflict_engine_exception") {
		return createErrorFrom(refusal, "services.storage.document_already_exists");
	}
	const strictField = STRICT.exec(message)?.[1];
	if (strictField !== undefined && target !== undefined) {
		return createErrorFrom(
			refusal,
			"services.storage.strict_mapping_rejection",
			strictField,
			target.index,
			target.collection,
		);
	}
	const manyIndices = SEVERAL_INDICES.exec(message)?.[1];
	if (manyIndices !== undefined) {
		return createErrorFrom(
			refusal,
			"services.storage.multiple_indice_alias",
			manyIndices,
			"indice",
		);
	}
	if (type === "cluster_block_exception" && WRITE_BLOCK.test(message)) {
		return FULL_DISK.test(message)
			? createErrorFrom(refusal, "portico.storage.full")
			: createErrorFrom(refusal, "portico.storage.read_only");
	}
	return byStatus(refusal, status, message);
}

/** Translates a Refusal; lets anything else pass. */
export function translateError(error: unknown, target?: Target): unknown {
	return error instanceof Refusal ? translateRefusal(error, target) : error;
}

const STRICT = /dynamic introduction of \[([^\]]+)\] within/;
/** Blocks are named by number and words: `[TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has read-only-allow-delete block]`. */
const WRITE_BLOCK = /read-only|index write \(api\)/;
const FULL_DISK = /flood-stage|\/12\//;
const SEVERAL_INDICES =
	/alias \[([^\]]+)\](?: has more than one ind|\. The write index)/;

function byStatus(
	refusal: Refusal,
	status: number,
	message: string,
): GatewayError {
	if (status === 503) {
		return createErrorFrom(refusal, "services.storage.not_connected");
	}
	if (status === 429) {
		return createErrorFrom(
			refusal,
			"services.storage.too_many_operations",
			message,
		);
	}
	if (status === 404) {
		return createErrorFrom(
			refusal,
			"services.storage.unexpected_not_found",
			message,
		);
	}
	// 401 and 403 mean that the gateway's own account may not: nothing that a client's request could change.
	if (status >= 400 && status < 500 && status !== 401 && status !== 403) {
		return createErrorFrom(
			refusal,
			"services.storage.unexpected_bad_request",
			message,
		);
	}
	return createErrorFrom(refusal, "services.storage.unexpected_error", message);
}
