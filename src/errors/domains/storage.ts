import { define, show, spaced, suffix, type Text } from "../define-error.ts";

/** The errors of the store: indexes, collections, documents, searches. */
export const storageErrors = {
	"services.storage.unknown_index": define(
		0x01010001,
		"PreconditionError",
		(index: unknown) => `There is no index "${show(index)}".`,
	),
	"services.storage.unknown_collection": define(
		0x01010002,
		"PreconditionError",
		(index: unknown, collection: unknown) =>
			`There is no collection "${show(collection)}" in the index "${show(index)}".`,
	),
	"services.storage.get_limit_exceeded": define(
		0x01010003,
		"SizeLimitError",
		() =>
			"The request asks for more documents than one call may read (limits.documentsFetchCount). Ask for smaller pages.",
	),
	"services.storage.write_limit_exceeded": define(
		0x01010004,
		"SizeLimitError",
		() =>
			"The request writes more documents than one call may write (limits.documentsWriteCount). Split it.",
	),
	"services.storage.import_failed": define(
		0x01010005,
		"PartialError",
		() =>
			'Some of the data could not be imported. The member "errors" lists which, and why.',
	),
	"services.storage.no_multi_indexes": define(
		0x01010006,
		"BadRequestError",
		() => "This action takes one index, not several.",
	),
	"services.storage.no_multi_collections": define(
		0x01010007,
		"BadRequestError",
		() => "This action takes one collection, not several.",
	),
	"services.storage.incomplete_delete": define(
		0x01010009,
		"PartialError",
		(detail?: unknown) =>
			`Some of the documents could not be deleted${suffix(detail)}. The member "errors" lists which, and why.`,
	),
	"services.storage.not_found": define(
		0x0101000b,
		"NotFoundError",
		(id: string, index?: string, collection?: string) =>
			index === undefined
				? `There is no document "${id}".`
				: `There is no document "${id}" in "${index}:${collection}".`,
	),
	"services.storage.bootstrap_timeout": define(
		0x0101000c,
		"InternalError",
		(name: string) =>
			`The preparation of "${name}" did not finish in time. Another server may hold its lock.`,
	),
	"services.storage.version_mismatch": define(
		0x0101000d,
		"InternalError",
		(found: string) =>
			`The store speaks a version that is not supported: ${found}.`,
	),
	"services.storage.unknown_scroll_id": define(
		0x0101000e,
		"NotFoundError",
		() =>
			"There is no such scroll. It may have expired, or its last page may have been read: search again.",
	),
	"services.storage.search_as_an_id": define(
		0x0101000f,
		"BadRequestError",
		() =>
			'"_search" cannot be used as a document id: it names the search action.',
	),
	"services.storage.unknown_index_collection": define(
		0x01010010,
		"PreconditionError",
		() => "The index or the collection does not exist.",
	),
	"services.storage.document_already_exists": define(
		0x01010011,
		"BadRequestError",
		() =>
			"A document with this id exists already, or was changed meanwhile. Choose another id, or read the document again.",
	),
	"services.storage.missing_argument": define(
		0x01010012,
		"BadRequestError",
		(name: string) => `The argument "${name}" is missing.`,
	),
	"services.storage.invalid_argument": define(
		0x01010013,
		"BadRequestError",
		(name: string, expected: string) =>
			`The argument "${name}" is invalid: expected ${expected}.`,
	),
	"services.storage.index_protected": define(
		0x01010014,
		"BadRequestError",
		(index: string) =>
			`The index "${index}" belongs to the server and cannot be changed this way.`,
	),
	"services.storage.invalid_mapping": define(
		0x01010015,
		"BadRequestError",
		(property: string, hint: string) =>
			`The mapping has an invalid property "${property}".${spaced(hint)}`,
	),
	"services.storage.collection_reserved": define(
		0x01010016,
		"BadRequestError",
		(collection: string) =>
			`The collection name "${collection}" is reserved. Choose another.`,
	),
	"services.storage.no_routing": define(
		0x01010017,
		"BadRequestError",
		() => "Routing of documents is not supported. Leave the routing out.",
	),
	// Kuzzle answers 500 here. A store that is away is a passing state, and 503 is what clients and proxies retry on.
	"services.storage.not_connected": define(
		0x01010018,
		"ServiceUnavailableError",
		() => "The store cannot be reached. Try again later.",
	),
	"services.storage.too_many_operations": define(
		0x01010019,
		"ExternalServiceError",
		(detail: Text) =>
			`The store is overloaded by operations (${detail}). Try again later, or send fewer at once.`,
	),
	"services.storage.cannot_change_mapping": define(
		0x0101001a,
		"BadRequestError",
		(field: string) =>
			`The mapping of "${field}" cannot be changed once it is set. Create a new collection and move the documents.`,
	),
	"services.storage.duplicate_field_mapping": define(
		0x0101001b,
		"BadRequestError",
		(field: string, detail: string) =>
			`The field "${field}" is mapped twice: ${detail}.`,
	),
	"services.storage.unexpected_properties": define(
		0x0101001c,
		"BadRequestError",
		(field: string, properties: unknown) =>
			`The mapping of "${field}" has properties that its type does not know: ${show(properties)}.`,
	),
	"services.storage.invalid_mapping_type": define(
		0x0101001d,
		"BadRequestError",
		(type: string, field: string) =>
			`The type "${type}" of the field "${field}" is not a known mapping type.`,
	),
	"services.storage.wrong_mapping_property": define(
		0x0101001e,
		"BadRequestError",
		(property: string) =>
			`The mapping property "${property}" is not allowed here, or has a wrong value.`,
	),
	"services.storage.invalid_mapping_argument": define(
		0x0101001f,
		"BadRequestError",
		(argument: string, field: string) =>
			`The mapping argument "${argument}" of "${field}" is invalid.`,
	),
	"services.storage.too_many_changes": define(
		0x01010020,
		"ExternalServiceError",
		(detail: Text) =>
			`The document "${detail}" is being changed by too many requests at once. Try again, or raise "retryOnConflict".`,
	),
	"services.storage.unexpected_bad_request": define(
		0x01010021,
		"BadRequestError",
		(reason: string) => `The store refused the request: ${reason}`,
	),
	"services.storage.unexpected_not_found": define(
		0x01010022,
		"NotFoundError",
		(reason: string) =>
			`The store did not find what the request names: ${reason}`,
	),
	"services.storage.unexpected_error": define(
		0x01010023,
		"ExternalServiceError",
		(reason: string) => `The store failed: ${reason}`,
	),
	"services.storage.no_mapping_found": define(
		0x01010025,
		"NotFoundError",
		(index: string) => `The index "${index}" has no mapping.`,
	),
	"services.storage.index_already_exists": define(
		0x01010026,
		"PreconditionError",
		(scope: string, index: string) =>
			`The index name "${index}" is taken already by a ${scope} index.`,
	),
	"services.storage.forbidden_character": define(
		0x01010027,
		"BadRequestError",
		(name: string) =>
			`The name "${name}" holds a character that is not allowed.`,
	),
	"services.storage.invalid_search_query": define(
		0x01010028,
		"BadRequestError",
		(keyword: string) => `The search body may not hold "${keyword}".`,
	),
	"services.storage.invalid_index_name": define(
		0x01010029,
		"BadRequestError",
		(name: unknown) =>
			`"${show(name)}" is not a valid index name. Use at most 126 bytes, lower case, without spaces, commas, dots or any of \\ / * ? " < > | + # : & %.`,
	),
	"services.storage.invalid_collection_name": define(
		0x0101002a,
		"BadRequestError",
		(name: unknown) =>
			`"${show(name)}" is not a valid collection name. Use at most 126 bytes, lower case, without spaces, commas, dots or any of \\ / * ? " < > | + # : & %.`,
	),
	"services.storage.strict_mapping_rejection": define(
		0x0101002b,
		"BadRequestError",
		(field: string, index: string, collection: string) =>
			`The collection "${index}:${collection}" has a strict mapping that does not know the field "${field}". Add it to the mapping, or leave it out.`,
	),
	"services.storage.scroll_duration_too_great": define(
		0x0101002c,
		"BadRequestError",
		(duration: string) =>
			`The scroll duration "${duration}" is longer than allowed (services.storageEngine.maxScrollDuration).`,
	),
	"services.storage.unknown_query_keyword": define(
		0x0101002d,
		"BadRequestError",
		(keyword: string) => `The query keyword "${keyword}" is not known.`,
	),
	"services.storage.incomplete_update": define(
		0x0101002e,
		"MultipleErrorsError",
		(updated: Text) =>
			`The update stopped after ${updated} documents. The member "errors" lists what failed, and why.`,
	),
	"services.storage.invalid_query_keyword": define(
		0x0101002f,
		"BadRequestError",
		(keyword: string) => `The query may not use "${keyword}".`,
	),
	"services.storage.multiple_indice_alias": define(
		0x01010030,
		"PreconditionError",
		(alias: string, kind: string) =>
			`The alias "${alias}" must name exactly one ${kind}, and names several. Remove the others.`,
	),
	"services.storage.invalid_multi_index_collection_usage": define(
		0x01010031,
		"BadRequestError",
		() =>
			'The arguments "index" and "collection" take one name each, without comma or wildcard. Give several as "targets".',
	),
	"services.storage.invalid_target_format": define(
		0x01010032,
		"BadRequestError",
		(target: string, reason: string) =>
			`The target ${target} is invalid: ${reason}`,
	),
	"services.storage.wrong_es_static_settings_for_collection_recreation": define(
		0x01010033,
		"BadRequestError",
		(
			index: string,
			collection: string,
			wantedShards: Text,
			wantedReplicas: Text,
			foundShards: Text,
			foundReplicas: Text,
		) =>
			`The collection "${index}:${collection}" cannot be created again with ${wantedShards} shards and ${wantedReplicas} replicas: it has ${foundShards} and ${foundReplicas}, which cannot be changed in place.`,
	),
} as const;
