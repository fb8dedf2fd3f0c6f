import { define, type Text } from "../define-error.ts";

/** The errors of the protocols: HTTP, MQTT, WebSocket. */
export const networkErrors = {
	"network.http.request_too_large": define(
		0x03010001,
		"SizeLimitError",
		() => "The request body is larger than allowed (server.maxRequestSize).",
	),
	"network.http.unexpected_error": define(
		0x03010002,
		"BadRequestError",
		(reason: string) => `The HTTP request cannot be processed: ${reason}`,
	),
	"network.http.too_many_encodings": define(
		0x03010003,
		"BadRequestError",
		() =>
			"The request body is encoded more often than allowed (server.protocols.http.maxEncodingLayers).",
	),
	"network.http.unsupported_compression": define(
		0x03010004,
		"BadRequestError",
		(encoding: string) =>
			`The content encoding "${encoding}" is not supported. Use gzip, deflate or identity.`,
	),
	"network.http.compression_disabled": define(
		0x03010005,
		"BadRequestError",
		() => "Compressed requests are switched off. Send the body as it is.",
	),
	"network.http.unsupported_verb": define(
		0x03010006,
		"BadRequestError",
		(verb: string) => `The HTTP verb "${verb}" is not supported.`,
	),
	"network.http.url_not_found": define(
		0x03010007,
		"NotFoundError",
		(path: string) =>
			`There is no route for "${path}". Check the path and the verb.`,
	),
	"network.http.unsupported_content": define(
		0x03010008,
		"BadRequestError",
		(contentType: string) =>
			`The content type "${contentType}" is not supported. Use application/json.`,
	),
	"network.http.unsupported_charset": define(
		0x03010009,
		"BadRequestError",
		(charset: string) =>
			`The character set "${charset}" is not supported. Use utf-8.`,
	),
	"network.http.duplicate_url": define(
		0x0301000a,
		"InternalError",
		(path: string) => `The route "${path}" is declared twice.`,
	),
	"network.http.volatile_parse_failed": define(
		0x0301000b,
		"BadRequestError",
		(reason: string) =>
			`The header X-Kuzzle-Volatile does not hold valid JSON: ${reason}`,
	),
	"network.http.body_parse_failed": define(
		0x0301000c,
		"BadRequestError",
		(start: string) =>
			`The request body is not valid JSON. It starts with: ${start}`,
	),
	"network.http.file_too_large": define(
		0x0301000d,
		"SizeLimitError",
		() =>
			"A file of the form is larger than allowed (server.protocols.http.maxFormFileSize).",
	),
	"network.http.stream_closed": define(
		0x0301000e,
		"InternalError",
		() => "The stream of the answer was closed before its end.",
	),
	"network.http.stream_errored": define(
		0x0301000f,
		"InternalError",
		(reason: string) => `The stream of the answer failed: ${reason}`,
	),
	"network.mqtt.unexpected_error": define(
		0x03020001,
		"BadRequestError",
		(reason: string) => `The MQTT message cannot be processed: ${reason}`,
	),
	"network.websocket.unexpected_error": define(
		0x03030001,
		"BadRequestError",
		(reason: string) => `The WebSocket message cannot be processed: ${reason}`,
	),
	"network.websocket.ratelimit_exceeded": define(
		0x03030002,
		"TooManyRequestsError",
		() =>
			"This connection sends more messages per second than allowed (server.protocols.websocket.rateLimit). Slow down.",
	),
	"network.entrypoint.unexpected_event": define(
		0x03040001,
		"InternalError",
		(event: string) => `The entry point does not know the event "${event}".`,
	),
	"network.entrypoint.invalid_port": define(
		0x03040002,
		"InternalError",
		(port: Text) =>
			`"${port}" is not a valid port. Give a number from 0 to 65535.`,
	),
	"network.entrypoint.shutting_down": define(
		0x03040003,
		"ServiceUnavailableError",
		() =>
			"The server is shutting down. Connect to another node, or try again later.",
	),
} as const;
