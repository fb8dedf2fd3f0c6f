import { define } from "../define-error.ts";

/** The errors of the other services: cache, statistics, Koncorde. */
export const servicesErrors = {
	"services.cache.database_not_found": define(
		0x01030001,
		"NotFoundError",
		(name: string) => `There is no cache database "${name}".`,
	),
	"services.cache.read_failed": define(
		0x01030002,
		"InternalError",
		(reason: string) => `Reading from the cache failed: ${reason}`,
	),
	"services.cache.not_connected": define(
		0x01030003,
		"ServiceUnavailableError",
		() => "The cache cannot be reached. Try again later.",
	),
	"services.cache.write_failed": define(
		0x01030004,
		"InternalError",
		(reason: string) => `Writing to the cache failed: ${reason}`,
	),
	"services.statistics.not_available": define(
		0x01040001,
		"InternalError",
		() => "The statistics are not available.",
	),
	"services.koncorde.elastic_translation_error": define(
		0x01050001,
		"BadRequestError",
		(reason: string) =>
			`The Koncorde filter cannot be translated to a query: ${reason}`,
	),
} as const;
