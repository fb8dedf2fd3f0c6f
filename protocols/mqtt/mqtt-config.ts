import type { TlsOptions } from "node:tls";

/** What the MQTT protocol is told; beside each its configuration key. Sizes in bytes, times in milliseconds. */
export interface MqttConfig {
	/** server.protocols.mqtt.requestTopic: what is published here is a request. */
	readonly requestTopic: string;
	/** server.protocols.mqtt.responseTopic: where answers come. */
	readonly responseTopic: string;
	/** server.protocols.mqtt.allowPubSub: clients may also publish to each other. */
	readonly allowPubSub: boolean;
	/** server.protocols.mqtt.developmentMode: answers go to everybody who listens to the response topic. */
	readonly developmentMode: boolean;
	/** server.protocols.mqtt.realtimeNotifications: whether clients are told that their token ended. */
	readonly realtimeNotifications: boolean;
	/** server.protocols.mqtt.disconnectDelay: how long a connection is remembered after its end. */
	readonly disconnectDelayMs: number;
	/** server.protocols.mqtt.server: for TLS; null for none. */
	readonly tls: TlsOptions | null;
	/** server.maxRequestSize: of one packet without its fixed header. A longer one ends its connection. */
	readonly packetBytesMax: number;
	/** limits.connections: sockets of the MQTT port. */
	readonly connectionsMax: number;
	/** limits.requestTimeout: until a new connection has said CONNECT. */
	readonly connectTimeoutMs: number;
	/** limits.outgoingBufferBytes: a client for which more than this waits to be sent is cut. */
	readonly outgoingBytesMax: number;
	/** limits.shutdownTimeout: how long requests in flight may take once the server stops. */
	readonly shutdownTimeoutMs: number;
	/** limits.mqttSubscriptions: topics of one client. */
	readonly subscriptionsMax: number;
	/** limits.mqttSessions: sessions that outlive their connection (CONNECT without Clean Session). */
	readonly sessionsMax: number;
	/** limits.mqttStoredMessages: messages kept for one such session, and topics with a retained message. */
	readonly storedMessagesMax: number;
	/** limits.mqttStoredBytes: of all messages that are kept, for whomever. */
	readonly storedBytesMax: number;
}
