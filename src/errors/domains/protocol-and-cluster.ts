import { define } from "../define-error.ts";

/** The errors of protocols being loaded, and of the cluster. */
export const protocolAndClusterErrors = {
	"protocol.runtime.invalid_connection": define(
		0x06010001,
		"PluginImplementationError",
		(protocol: string) =>
			`The protocol "${protocol}" registered an invalid connection.`,
	),
	"protocol.runtime.unknown_connection": define(
		0x06010002,
		"PluginImplementationError",
		(connectionId: string) => `There is no connection "${connectionId}".`,
	),
	"protocol.runtime.already_exists": define(
		0x06010003,
		"PluginImplementationError",
		(protocol: string) => `A protocol named "${protocol}" is loaded already.`,
	),
	"cluster.fatal.desync": define(
		0x08000001,
		"InternalError",
		(reason: string) =>
			`This node has lost track of the cluster and must start again: ${reason}`,
	),
} as const;
