import { define, type Text } from "../define-error.ts";

/** The errors of the core: realtime, configuration, debugger. */
export const coreErrors = {
	"core.fatal.unexpected_error": define(
		0x00000001,
		"InternalError",
		(reason: string) => `An unexpected failure stopped the work: ${reason}`,
	),
	"core.fatal.service_unavailable": define(
		0x00000002,
		"ExternalServiceError",
		(service: string) =>
			`The service "${service}" is unavailable. Check that it runs and can be reached.`,
	),
	"core.fatal.service_timeout": define(
		0x00000003,
		"InternalError",
		(service: string) =>
			`The service "${service}" was not ready in time. Check that it runs, or allow it more time to start.`,
	),
	"core.fatal.unreadable_log_dir": define(
		0x00000004,
		"InternalError",
		(folder: string, reason: string) =>
			`The log folder "${folder}" cannot be read: ${reason}`,
	),
	"core.fatal.assertion_failed": define(
		0x00000005,
		"InternalError",
		(assertion: string) =>
			`The server found itself in a state that must not occur: ${assertion}`,
	),
	"core.realtime.room_not_found": define(
		0x00010001,
		"NotFoundError",
		(roomId: string) =>
			`There is no room "${roomId}". It may have been left by its last subscriber.`,
	),
	"core.realtime.invalid_rooms": define(
		0x00010002,
		"BadRequestError",
		() => "The rooms must be given as an array of room ids.",
	),
	"core.realtime.invalid_state": define(
		0x00010003,
		"BadRequestError",
		() => 'The argument "state" is invalid.',
	),
	"core.realtime.invalid_scope": define(
		0x00010004,
		"BadRequestError",
		() => 'The argument "scope" must be one of: all, in, out, none.',
	),
	"core.realtime.invalid_users": define(
		0x00010005,
		"BadRequestError",
		() => 'The argument "users" must be one of: all, in, out, none.',
	),
	"core.realtime.too_many_terms": define(
		0x00010006,
		"SizeLimitError",
		(max: number, given: number) =>
			`The filter expands to ${given} terms, and at most ${max} are allowed. Simplify it.`,
	),
	"core.realtime.too_many_rooms": define(
		0x00010007,
		"SizeLimitError",
		() =>
			"This server holds as many rooms as it may (limits.subscriptionRooms). Unsubscribe from unused ones, or raise the limit.",
	),
	"core.realtime.not_subscribed": define(
		0x00010008,
		"PreconditionError",
		(connectionId: string, roomId: string) =>
			`The connection "${connectionId}" is not subscribed to the room "${roomId}".`,
	),
	"core.vault.cannot_decrypt": define(
		0x00020001,
		"InternalError",
		(reason: string) => `The secrets file cannot be decrypted: ${reason}`,
	),
	"core.vault.key_not_found": define(
		0x00020002,
		"InternalError",
		() =>
			"A secrets file was found, but no vault key to read it with. Give the key through the environment.",
	),
	"core.configuration.invalid_type": define(
		0x00030001,
		"InternalError",
		(key: string, expected: string) =>
			`The configuration key "${key}" has the wrong type: expected ${expected}.`,
	),
	"core.configuration.out_of_range": define(
		0x00030002,
		"InternalError",
		(key: string, range: string) =>
			`The configuration key "${key}" is out of range: expected ${range}.`,
	),
	"core.configuration.cannot_parse": define(
		0x00030003,
		"InternalError",
		(reason: string) => `The configuration cannot be read: ${reason}`,
	),
	"core.configuration.incompatible": define(
		0x00030004,
		"InternalError",
		(reason: string) =>
			`Parts of the configuration contradict each other: ${reason}`,
	),
	"core.sandbox.process_already_running": define(
		0x00040001,
		"InternalError",
		() => "A sandboxed process is running already.",
	),
	"core.sandbox.timeout": define(
		0x00040002,
		"GatewayTimeoutError",
		(limit: Text) => `The sandboxed code did not finish within ${limit}.`,
	),
	"core.debugger.not_enabled": define(
		0x00050001,
		"PreconditionError",
		() => "The debugger is off. Call debug:enable first.",
	),
	"core.debugger.monitor_already_running": define(
		0x00050002,
		"PreconditionError",
		(event: string) => `The monitor "${event}" runs already.`,
	),
	"core.debugger.monitor_not_running": define(
		0x00050003,
		"PreconditionError",
		(event: string) => `The monitor "${event}" does not run.`,
	),
	"core.debugger.native_debug_protocol_usage_denied": define(
		0x00050004,
		"PreconditionError",
		() =>
			"The native debugging protocol is switched off (security.debug.native_debug_protocol).",
	),
	"core.debugger.method_not_found": define(
		0x00050005,
		"PreconditionError",
		(method: string) => `The debugger has no method "${method}".`,
	),
} as const;
