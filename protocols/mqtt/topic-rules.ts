import type { MqttConfig } from "./mqtt-config.ts";

/** Where a client finds messages of the server itself, subscribed or not. */
export const SERVER_TOPIC = "kuzzle:notification:server";

/** A channel of realtime subscriptions: a room's id and its options. */
const CHANNEL = /^[0-9a-f]{64}-\d{2,3}$/;

/** Longest topic that is remembered for a subscriber, in bytes. */
export const TOPIC_BYTES_MAX = 1024;

/**
 * Requests always; elsewhere only with `allowPubSub`, and not what the gateway itself writes: answers, notifications and its own messages would
 * otherwise be anybody's to invent.
 */
export function mayPublish(topic: string, config: MqttConfig): boolean {
	if (topic === config.requestTopic) return true;
	return (
		config.allowPubSub &&
		isWellFormed(topic) &&
		topic !== config.responseTopic &&
		topic !== SERVER_TOPIC &&
		!topic.startsWith("$") &&
		!hasWildcard(topic) &&
		!CHANNEL.test(topic)
	);
}

/** Requests are nobody's to read, and a wildcard would hear what is meant for others. */
export function mayListen(topic: string, config: MqttConfig): boolean {
	return (
		topic !== config.requestTopic && isWellFormed(topic) && !hasWildcard(topic)
	);
}

export function hasWildcard(topic: string): boolean {
	return topic.includes("#") || topic.includes("+");
}

/** No U+0000 [MQTT-1.5.3-2], nor what a decoder puts in place of ill-formed UTF-8 [MQTT-1.5.3-1]. */
export function isWellFormed(text: string): boolean {
	return !text.includes("\0") && !text.includes("\uFFFD");
}
