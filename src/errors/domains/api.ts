import { define, show, spaced, type Text } from "../define-error.ts";

/** The errors of requests: their arguments, and their way through the pipeline. */
export const apiErrors = {
	"api.assert.invalid_type": define(
		0x02010001,
		"BadRequestError",
		(name: string, expected: string) =>
			`The argument "${name}" has the wrong type: expected ${expected}.`,
	),
	"api.assert.invalid_argument": define(
		0x02010002,
		"BadRequestError",
		(name: string, expected: string) =>
			`The argument "${name}" has an invalid value: expected ${expected}.`,
	),
	"api.assert.missing_argument": define(
		0x02010003,
		"BadRequestError",
		(name: string) => `The argument "${name}" is missing.`,
	),
	"api.assert.empty_argument": define(
		0x02010004,
		"BadRequestError",
		(name: string) => `The argument "${name}" may not be empty.`,
	),
	"api.assert.mutually_exclusive": define(
		0x02010005,
		"BadRequestError",
		(first: string, second: string) =>
			`The arguments "${first}" and "${second}" exclude each other. Give one of them.`,
	),
	"api.assert.too_many_arguments": define(
		0x02010006,
		"BadRequestError",
		(max: Text) => `Too many arguments: at most ${max} can be given.`,
	),
	"api.assert.unexpected_argument": define(
		0x02010007,
		"BadRequestError",
		(name: string, expected: string | readonly string[]) =>
			`"${name}" is not expected here. Expected: ${show(expected)}.`,
	),
	"api.assert.body_required": define(
		0x02010008,
		"BadRequestError",
		() => "This action needs a request body.",
	),
	"api.assert.unexpected_type_assertion": define(
		0x02010009,
		"InternalError",
		(name: string, type: string) =>
			`The argument "${name}" is checked against the type "${type}", which does not exist.`,
	),
	"api.assert.invalid_id": define(
		0x0201000a,
		"BadRequestError",
		() => "A document id must be a text of 1 to 512 bytes.",
	),
	"api.assert.forbidden_argument": define(
		0x0201000b,
		"BadRequestError",
		(name: string) => `The argument "${name}" may not be given here.`,
	),
	"api.assert.koncorde_unknown_keyword": define(
		0x0201000c,
		"BadRequestError",
		(keyword: string) => `The Koncorde keyword "${keyword}" is not known.`,
	),
	"api.assert.koncorde_restricted_keyword": define(
		0x0201000d,
		"BadRequestError",
		(kind: string, keyword: string) =>
			`The Koncorde ${kind} "${keyword}" cannot be used in a search. Write it with "and", "or" and "not".`,
	),
	"api.assert.koncorde_dsl_error": define(
		0x0201000e,
		"BadRequestError",
		(reason: string) => `The Koncorde filter is invalid: ${reason}`,
	),
	"api.assert.forbidden_stream": define(
		0x0201000f,
		"InternalError",
		() => "This action may not answer a stream.",
	),
	"api.assert.unsupported_protocol": define(
		0x02010010,
		"InternalError",
		(protocol: string, action: string) =>
			`The protocol "${protocol}" cannot carry the answer of "${action}". Use HTTP.`,
	),
	"api.process.action_locked": define(
		0x02020001,
		"PreconditionError",
		(action: string) =>
			`"${action}" is under way already. Wait until it is done.`,
	),
	"api.process.overloaded": define(
		0x02020002,
		"ServiceUnavailableError",
		() => "The server has too many requests to answer. Try again later.",
	),
	"api.process.connection_dropped": define(
		0x02020003,
		"BadRequestError",
		() => "The client's connection is gone: the request was dropped.",
	),
	"api.process.controller_not_found": define(
		0x02020004,
		"NotFoundError",
		(controller: string) => `There is no controller "${controller}".`,
	),
	"api.process.action_not_found": define(
		0x02020005,
		"NotFoundError",
		(controller: string, action: string) =>
			`The controller "${controller}" has no action "${action}".`,
	),
	"api.process.incompatible_sdk_version": define(
		0x02020006,
		"BadRequestError",
		(sdk: string, required: string) =>
			`The SDK "${sdk}" is too old for this server: ${required} is needed.`,
	),
	"api.process.shutting_down": define(
		0x02020007,
		"ServiceUnavailableError",
		() =>
			"The server is shutting down. Connect to another node, or try again later.",
	),
	"api.process.too_many_requests": define(
		0x02020008,
		"TooManyRequestsError",
		() =>
			"You sent more requests per second than your profiles allow. Slow down.",
	),
	"api.process.admin_exists": define(
		0x02020009,
		"PreconditionError",
		() => "An administrator exists already. Log in as one to make more.",
	),
	"api.process.incomplete_multiple_request": define(
		0x0202000a,
		"MultipleErrorsError",
		(action: string) =>
			`Some of the documents of "${action}" failed. The member "errors" lists which, and why.`,
	),
	"api.process.not_enough_nodes": define(
		0x0202000b,
		"ServiceUnavailableError",
		() => "The cluster has too few nodes to answer. Try again later.",
	),
	"api.process.unauthorized_origin": define(
		0x0202000c,
		"UnauthorizedError",
		(origin: string) => `Requests from the origin "${origin}" are not allowed.`,
	),
	"api.process.too_many_logins_requests": define(
		0x0202000d,
		"TooManyRequestsError",
		() => "Too many login attempts. Wait a moment and try again.",
	),
	"api.process.forbidden_embedded_sdk_action": define(
		0x0202000e,
		"PluginImplementationError",
		(controller: string, action: string, hint: string) =>
			`"${controller}:${action}" cannot be called from inside the server.${spaced(hint)}`,
	),
} as const;
