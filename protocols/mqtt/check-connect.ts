import { hasWildcard, isWellFormed } from "./topic-rules.ts";

/** The parts of a CONNECT packet that the broker leaves unchecked. */
export interface Connect {
	readonly clientId: string;
	readonly clean?: boolean;
	readonly protocolVersion?: number;
	readonly username?: string;
	readonly password?: Buffer | string;
	readonly will?: {
		readonly topic: string;
		readonly payload: string | Uint8Array;
		readonly qos: number;
	};
}

/** Return codes of CONNACK (MQTT 3.1.1 §3.2.2.3). */
export const RETURN_CODE = {
	identifierRejected: 2,
	serverUnavailable: 3,
	badCredentials: 4,
	notAuthorized: 5,
} as const;
export type ReturnCode = (typeof RETURN_CODE)[keyof typeof RETURN_CODE];

/** Longest client identifier, in bytes. */
const CLIENT_ID_BYTES_MAX = 256;

/** What violates the protocol; the connection is then closed without a word [MQTT-4.8.0-1]. Null: nothing does. */
export function findViolation(packet: Connect): string | null {
	const { clientId, username, password, will } = packet;
	if (password !== undefined && username === undefined) {
		return "A password without a user name [MQTT-3.1.2-22]";
	}
	if (!isWellFormed(clientId) || !isWellFormed(username ?? "")) {
		return "Ill-formed text in CONNECT [MQTT-1.5.3-1]";
	}
	if (will === undefined) return null;
	if (will.qos > 2) return "A will of QoS 3 [MQTT-3.1.2-14]";
	if (will.topic === "" || hasWildcard(will.topic)) {
		return "A will for no topic [MQTT-4.7.3-1]";
	}
	return isWellFormed(will.topic) ? null : "Ill-formed will topic";
}

/** Whether the identifier can be one: none is for clean sessions only [MQTT-3.1.3-8]. */
export function isGoodClientId({ clientId, clean }: Connect): boolean {
	if (clientId === "") return clean === true;
	return Buffer.byteLength(clientId) <= CLIENT_ID_BYTES_MAX;
}
