import { define } from "../define-error.ts";

/**
 * The errors that Kuzzle has no id for. Their domain is 0x50 ("P"): Kuzzle counts its domains
 * from 0x00 (0x08 is its last), so that the two cannot meet.
 */
export const porticoErrors = {
	"portico.call.timeout": define(
		0x50010001,
		"GatewayTimeoutError",
		() =>
			"The request took longer than allowed (limits.requestTimeout) and was stopped. Nothing was changed.",
	),
	"portico.call.outcome_unknown": define(
		0x50010002,
		"GatewayTimeoutError",
		() =>
			"The request was cut off while it was writing: the change may or may not have been made. Read before you repeat it.",
	),
	"portico.storage.full": define(
		0x50030001,
		"ServiceUnavailableError",
		() =>
			"The disk of the store is full: nothing was changed. Reading goes on; writing does as soon as there is space again.",
	),
	"portico.storage.read_only": define(
		0x50030002,
		"ServiceUnavailableError",
		() =>
			"The store may only be read now: nothing was changed. Writing goes on as soon as its disk or its index takes writes again.",
	),
	"portico.token.in_url": define(
		0x50020001,
		"BadRequestError",
		() =>
			'A token must not stand in the URL ("jwt"), where logs and histories keep it. Send it in the header "Authorization: Bearer <token>"; an operator can allow it with security.tokenInUrl.',
	),
} as const;
