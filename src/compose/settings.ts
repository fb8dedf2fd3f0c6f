import { readFileSync } from "node:fs";
import type { HttpConfig } from "../../protocols/http/http-config.ts";
import type { ListenerConfig } from "../../protocols/http/listener.ts";
import type { MqttConfig } from "../../protocols/mqtt/mqtt-config.ts";
import type { SseConfig } from "../../protocols/sse/sse-config.ts";
import type { WebSocketConfig } from "../../protocols/websocket/websocket-config.ts";
import { parseLifetime } from "../action/duration.ts";
import type { Config } from "../config.ts";
import { parseBytes } from "../lib/parse-bytes.ts";
import type { ScrollRules } from "../scrolls/scrolls.ts";
import { isLoopbackAddress } from "../security/origins.ts";
import type { SecurityRules } from "../security/security.ts";
import type { LocalStrategyOptions } from "../security/strategies/local.ts";

/* What each part is told of the configuration: the parts know their own settings, not its tree. */

export function toSecurityRules(config: Config): SecurityRules {
	const { security, limits, http, server } = config;
	return {
		algorithm: security.authToken.algorithm,
		tokenTtlMs: parseLifetime(security.authToken.expiresIn),
		tokenMaxTtlMs: security.authToken.maxTTL,
		gracePeriodMs: security.jwt.gracePeriod,
		apiKeyMaxTtlMs: security.apiKey.maxTTL,
		restrictedProfileIds: security.restrictedProfileIds,
		standardRights: security.standard,
		loginsPerSecond: limits.loginsPerSecond,
		loginLimits: {
			failuresPerAccount: limits.loginFailuresPerAccount,
			failuresPerAddress: limits.loginFailuresPerAddress,
			windowMs: limits.loginFailuresWindow,
			delayMaxMs: limits.loginDelayMax,
		},
		documentsFetchCount: limits.documentsFetchCount,
		documentsWriteCount: limits.documentsWriteCount,
		cookieAuthentication: http.cookieAuthentication,
		failsafeMode: config.plugins.common.failsafeMode,
		allowWholeIndexUnderCollectionRestriction:
			security.allowWholeIndexUnderCollectionRestriction,
		allowedOrigins: http.accessControlAllowOrigin,
		originsAreRegExp: http.accessControlAllowOriginUseRegExp,
		onLoopback: isLoopbackAddress(server.host),
	};
}

export function toLocalOptions({ plugins }: Config): LocalStrategyOptions {
	const own = plugins["kuzzle-plugin-auth-passport-local"];
	return {
		requirePassword: own.requirePassword,
		passwordPolicies: own.passwordPolicies,
		resetTtlMs: parseLifetime(own.resetPasswordExpiresIn),
	};
}

export function toScrollRules({ services }: Config): ScrollRules {
	const { maxScrollDuration, defaults } = services.storageEngine;
	return {
		defaultMs: parseLifetime(defaults.scrollTTL),
		maxMs: parseLifetime(maxScrollDuration),
	};
}

export function toHttpConfig({ server, http, security }: Config): HttpConfig {
	const own = server.protocols.http;
	return {
		requestBytesMax: toBytes(server.maxRequestSize),
		formFileBytesMax: toBytes(own.maxFormFileSize),
		encodingLayersMax: own.maxEncodingLayers,
		allowCompression: own.allowCompression,
		additionalContentTypes: own.additionalContentTypes,
		allowedOrigins: http.accessControlAllowOrigin,
		allowedOriginsAreRegExps: http.accessControlAllowOriginUseRegExp,
		allowedMethods: http.accessControlAllowMethods,
		allowedHeaders: http.accessControlAllowHeaders,
		cookieAuthentication: http.cookieAuthentication,
		tokenInUrl: security.tokenInUrl,
	};
}

export function toWebSocketConfig({ server, limits }: Config): WebSocketConfig {
	const own = server.protocols.websocket;
	return {
		messageBytesMax: toBytes(server.maxRequestSize),
		idleTimeoutMs: own.idleTimeout,
		rateLimit: own.rateLimit,
		compression: own.compression,
		sendPingsAutomatically: own.sendPingsAutomatically,
		resetIdleTimeoutOnSend: own.resetIdleTimeoutOnSend,
		outgoingBytesMax: limits.outgoingBufferBytes,
		shutdownTimeoutMs: limits.shutdownTimeout,
	};
}

export function toSseConfig({ limits }: Config): SseConfig {
	return {
		idleTimeoutMs: limits.idleTimeout,
		outgoingBytesMax: limits.outgoingBufferBytes,
	};
}

/** Reads the files of the certificate: throws node's own error where one cannot be read. */
export function toMqttConfig({ server, limits }: Config): MqttConfig {
	const own = server.protocols.mqtt;
	return {
		requestTopic: own.requestTopic,
		responseTopic: own.responseTopic,
		allowPubSub: own.allowPubSub,
		developmentMode:
			own.developmentMode || process.env.NODE_ENV === "development",
		realtimeNotifications: own.realtimeNotifications,
		disconnectDelayMs: own.disconnectDelay,
		tls: toTlsOptions(own.server),
		packetBytesMax: toBytes(server.maxRequestSize),
		connectionsMax: limits.connections,
		connectTimeoutMs: limits.requestTimeout,
		outgoingBytesMax: limits.outgoingBufferBytes,
		shutdownTimeoutMs: limits.shutdownTimeout,
		subscriptionsMax: limits.mqttSubscriptions,
		sessionsMax: limits.mqttSessions,
		storedMessagesMax: limits.mqttStoredMessages,
		storedBytesMax: limits.mqttStoredBytes,
	};
}

function toTlsOptions(
	own: Config["server"]["protocols"]["mqtt"]["server"],
): MqttConfig["tls"] {
	if (own.cert === null || own.key === null) return null;
	return {
		cert: readFileSync(own.cert),
		key: readFileSync(own.key),
		minVersion: "TLSv1.2",
		requestCert: own.requestCert,
		rejectUnauthorized: own.requestCert,
		...(own.passphrase === null ? {} : { passphrase: own.passphrase }),
		...(own.ca === null ? {} : { ca: readFileSync(own.ca) }),
	};
}

export function toListenerConfig({ limits }: Config): ListenerConfig {
	return {
		headerBytesMax: limits.headerBytes,
		connectionsMax: limits.connections,
		receiveTimeoutMs: limits.requestTimeout,
		idleTimeoutMs: limits.idleTimeout,
		shutdownTimeoutMs: limits.shutdownTimeout,
	};
}

/** The configuration was checked: what is no size does not come here. */
function toBytes(size: string | number): number {
	const bytes = parseBytes(size);
	if (bytes === null) throw new Error(`${size} is no size.`);
	return bytes;
}
