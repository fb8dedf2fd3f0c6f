import type { HttpConfig } from "../../protocols/http/http-config.ts";
import type { ListenerConfig } from "../../protocols/http/listener.ts";
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
