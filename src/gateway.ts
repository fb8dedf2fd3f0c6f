import { hostname } from "node:os";
import { authActions } from "../controllers/auth/index.ts";
import { securityActions } from "../controllers/security/index.ts";
import type { ServerContext } from "../controllers/server/context.ts";
import { serverActions } from "../controllers/server/index.ts";
import {
	createHttpProtocol,
	type HttpMiddleware,
} from "../protocols/http/create-http-protocol.ts";
import type { HttpConfig } from "../protocols/http/http-config.ts";
import {
	createListener,
	type Listener,
	type ListenerConfig,
} from "../protocols/http/listener.ts";
import { createWebSocketProtocol } from "../protocols/websocket/create-websocket-protocol.ts";
import type { WebSocketConfig } from "../protocols/websocket/websocket-config.ts";
import { toRoutes } from "./action/action-routes.ts";
import { parseLifetime } from "./action/duration.ts";
import { createKnownActions } from "./action/known-actions.ts";
import { ActionRegistry } from "./action/registry.ts";
import type { Bus } from "./bus/bus.ts";
import { createLocalBus } from "./bus/local/local-bus.ts";
import type { Cache } from "./cache/cache.ts";
import { createEmbeddedCache } from "./cache/embedded/embedded-cache.ts";
import { Admission } from "./call/admission.ts";
import { createClientResolver } from "./call/client-address.ts";
import { Connections } from "./call/connection.ts";
import { createExecute } from "./call/execute.ts";
import type { Execute } from "./call/execute-types.ts";
import { type Config, chooseStorage, type StorageChoice } from "./config.ts";
import { createError, isErrorId } from "./errors/gateway-error.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { type Ids, randomIds } from "./lib/ids.ts";
import { type Log, silentLog } from "./lib/log.ts";
import { packageVersion } from "./lib/package-root.ts";
import { parseBytes } from "./lib/parse-bytes.ts";
import { createAdmin, resetPassword } from "./security/administrators.ts";
import { type Bootstrapped, bootstrap } from "./security/bootstrap.ts";
import type { HmacAlgorithm } from "./security/jwt.ts";
import { isLoopbackAddress } from "./security/origins.ts";
import { createPasswords, type Passwords } from "./security/passwords.ts";
import { Security, type SecurityRules } from "./security/security.ts";
import {
	createLocalStrategy,
	localCollections,
} from "./security/strategies/local.ts";
import type { Strategy } from "./security/strategies/strategy.ts";
import { announceTokenExpiry } from "./security/token-expiry.ts";
import { createDatabase } from "./sqlite/database.ts";
import { createElasticsearchStorage } from "./storage/elasticsearch/elasticsearch-storage.ts";
import { createSqliteStorage } from "./storage/sqlite/sqlite-storage.ts";
import type { Storage } from "./storage/storage.ts";

/** The version of Kuzzle whose API this is; tools check it. */
const KUZZLE_VERSION = "2.56.0";
/** How often a store that is away at start is tried again. */
const RETRY_MS = 1000;

export interface GatewayOptions {
	readonly config: Config;
	/** Default: what the configuration says. */
	readonly choice?: StorageChoice;
	readonly log?: Log;
	readonly clock?: Clock;
	readonly ids?: Ids;
	/** Ways to log in, beside `local`. */
	readonly strategies?: readonly Strategy[];
}

export interface Gateway {
	/** Opens the store, bootstraps it and listens. With an Elasticsearch that is away it listens all the same, answers 503, and goes on trying. */
	start(): Promise<{ host: string; port: number }>;
	/** Opens the store and bootstraps it, without listening: for commands and for `middleware`. */
	open(): Promise<void>;
	/** Refuses what is new, answers what is under way, then lets go of everything. May be called again. */
	close(): Promise<void>;
	/** For an express or connect app: `app.use("/api", gateway.middleware())`. Call `open` first. */
	middleware(options?: { fallthrough?: boolean }): HttpMiddleware;
	/** Runs one request, as a protocol does. */
	readonly execute: Execute;
	createAdmin(admin: {
		readonly kuid?: string;
		readonly username: string;
		readonly password: string;
		readonly reset: boolean;
	}): Promise<{ kuid: string }>;
	resetPassword(login: {
		readonly username: string;
		readonly password: string;
	}): Promise<void>;
	status(): GatewayStatus;
}

export interface GatewayStatus {
	readonly rightsRestricted: boolean;
	readonly adminExists: boolean;
	readonly store: string;
	/** Null where nothing is kept on this machine. */
	readonly dataFolder: string | null;
}

/** Builds the gateway: the one place where everything meets. Nothing is opened yet. */
export function createGateway(options: GatewayOptions): Gateway {
	const { config } = options;
	const log = options.log ?? silentLog;
	const clock = options.clock ?? systemClock;
	const ids = options.ids ?? randomIds;
	const choice =
		options.choice ??
		chooseStorage({ config, given: new Map<string, string>() });
	const nodeId = `${hostname()}-${ids.uuid().slice(0, 8)}`;

	const ports = createPorts({ config, choice, clock, ids, log });
	const { storage, cache, bus } = ports;
	const connections = new Connections();
	const passwords = createLatePasswords(config);
	const local = createLocalStrategy({
		storage,
		passwords: passwords.late,
		clock,
		log,
	});
	const security = new Security({
		storage,
		cache,
		bus,
		clock,
		ids,
		connections,
		strategies: [local, ...(options.strategies ?? [])],
		knownActions: createKnownActions(() => registry),
		rules: toSecurityRules(config),
	});
	const server: ServerContext = {
		clock,
		storage,
		cache,
		security,
		actions: () => registry.all(),
		version: packageVersion,
		kuzzleVersion: KUZZLE_VERSION,
		nodeId,
		startedAt: clock.now(),
	};
	const registry = new ActionRegistry([
		...authActions(security),
		...securityActions(security),
		...serverActions(server),
	]);
	const admission = new Admission(config.limits);
	let state: "new" | "ready" | "closed" = "new";
	let adminExists = false;

	const execute = createExecute({
		registry,
		gatekeeper: security.gatekeeper,
		admission,
		hooks: { before: [], after: [] },
		clock,
		log,
		requestTimeoutMs: config.limits.requestTimeout,
		strictSdkVersion: config.server.strictSdkVersion,
		development: process.env.NODE_ENV === "development",
	});
	const resolveClient = createClientResolver(config.server.trustedProxies);
	const common = { execute, resolveClient, ids, clock, log };
	const http = createHttpProtocol({
		...common,
		routes: toRoutes(registry.all()),
		config: toHttpConfig(config),
		nodeId,
		notReady() {
			if (state === "closed") return createError("api.process.shutting_down");
			if (state === "new") return createError("services.storage.not_connected");
			return admission.overloaded
				? createError("api.process.overloaded")
				: null;
		},
	});
	const stopExpiry = announceTokenExpiry({ connections, clock, nodeId });
	let listener: Listener | undefined;
	let cancelRetry = () => {};
	let closing: Promise<void> | undefined;

	/** What is on this machine; once. */
	async function openLocal(): Promise<void> {
		await cache.open();
		await bus.open();
	}

	async function openStore(): Promise<void> {
		await storage.open();
		const found = await bootstrap({
			storage,
			clock,
			log,
			strategyCollections: localCollections,
			secret:
				config.security.authToken.secret ?? config.security.jwt.secret ?? null,
			passwordFormat: config.security.passwordFormat,
		});
		await use(found);
	}

	async function use({ secret, passwordFormat }: Bootstrapped): Promise<void> {
		security.jwt.useSecret(secret);
		passwords.use(passwordFormat);
		await security.findOpen();
		adminExists = await security.users.anyHolds("admin");
		state = "ready";
	}

	/** Tries until the store is there; the gateway answers 503 meanwhile. */
	function retryLater(): void {
		cancelRetry = clock.schedule(RETRY_MS, () => {
			openStore()
				.then(() => log.info({}, "The store is there: ready"))
				.catch((error: unknown) => {
					if (state === "closed") return;
					if (!isErrorId(error, "services.storage.not_connected")) {
						log.error({ err: error }, "The store cannot be used");
					}
					retryLater();
				});
		});
	}

	async function openOrRetry(): Promise<void> {
		await openLocal();
		try {
			await openStore();
		} catch (error) {
			if (!isErrorId(error, "services.storage.not_connected")) throw error;
			log.warn(
				{ store: storage.backend },
				"The store cannot be reached. Requests get 503 until it is there",
			);
			retryLater();
		}
	}

	async function closeAll(): Promise<void> {
		state = "closed";
		cancelRetry();
		http.refuse();
		await listener?.close();
		admission.close();
		await admission.idle();
		stopExpiry();
		await storage.close();
		await cache.close();
		await bus.close();
	}

	return {
		execute,
		async open() {
			await openLocal();
			await openStore();
		},
		async start() {
			const webSocket = createWebSocketProtocol({
				...common,
				connections,
				config: toWebSocketConfig(config),
			});
			listener = createListener({
				http,
				...(config.server.protocols.websocket.enabled ? { webSocket } : {}),
				config: toListenerConfig(config),
				clock,
				log,
			});
			// An embedded store that cannot be opened is the operator's business before anybody connects.
			if (storage.backend === "sqlite") await openOrRetry();
			const address = await listener.listen(config.server);
			if (storage.backend !== "sqlite") await openOrRetry();
			return address;
		},
		close() {
			closing ??= closeAll();
			return closing;
		},
		middleware: (settings) => http.middleware(settings),
		createAdmin: (admin) => createAdmin(security, admin),
		resetPassword: (login) => resetPassword(security, storage, login),
		status: () => ({
			rightsRestricted: !security.isOpen(),
			adminExists,
			store: storage.backend,
			dataFolder: ports.dataFolder,
		}),
	};
}

interface Ports {
	readonly storage: Storage;
	readonly cache: Cache;
	readonly bus: Bus;
	readonly dataFolder: string | null;
}

function createPorts(options: {
	readonly config: Config;
	readonly choice: StorageChoice;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly log: Log;
}): Ports {
	const { config, choice, clock, ids, log } = options;
	const { dataFolder } = config.server;
	// Login tokens outlive a restart, whatever the store: without Redis they are kept here.
	const database = createDatabase({ folder: dataFolder });
	const cache = createEmbeddedCache({ database, clock });
	const bus = createLocalBus({ log });
	if (choice.backend === "sqlite") {
		const storage = createSqliteStorage(database, { clock, ids });
		return { storage, cache, bus, dataFolder };
	}
	const { storageEngine } = config.services;
	const storage = createElasticsearchStorage({
		client: storageEngine.client,
		namespace: storageEngine.namespace,
		requestTimeoutMs: storageEngine.requestTimeout,
		commonMapping: storageEngine.commonMapping,
		defaultSettings: storageEngine.defaultSettings,
		generateMissingAliases: storageEngine.generateMissingAliases,
		ids,
		log,
	});
	return { storage, cache, bus, dataFolder };
}

/** Which format new hashes have is known once the store was read. */
function createLatePasswords(config: Config): {
	readonly late: Passwords;
	use(format: "portico" | "kuzzle"): void;
} {
	let current: Passwords | undefined;
	const ready = (): Passwords => {
		if (current === undefined) {
			throw createError("services.storage.not_connected");
		}
		return current;
	};
	return {
		use(format) {
			current = createPasswords({
				format,
				concurrency: config.limits.passwordHashConcurrency,
				queueMax: config.limits.passwordHashQueue,
			});
		},
		late: {
			hash: async (...args) => ready().hash(...args),
			verify: async (...args) => ready().verify(...args),
			verifyNothing: async (...args) => ready().verifyNothing(...args),
			needsRehash: (record) => ready().needsRehash(record),
			canRead: (record) => ready().canRead(record),
		},
	};
}

function toSecurityRules(config: Config): SecurityRules {
	const { security, limits, http, server } = config;
	return {
		algorithm: security.authToken.algorithm as HmacAlgorithm,
		tokenTtlMs: parseLifetime(security.authToken.expiresIn),
		tokenMaxTtlMs: security.authToken.maxTTL,
		gracePeriodMs: security.jwt.gracePeriod,
		apiKeyMaxTtlMs: security.apiKey.maxTTL,
		restrictedProfileIds: security.restrictedProfileIds,
		standardRights: security.standard,
		loginsPerSecond: limits.loginsPerSecond,
		documentsFetchCount: limits.documentsFetchCount,
		cookieAuthentication: http.cookieAuthentication,
		failsafeMode: config.plugins.common.failsafeMode === true,
		allowedOrigins: http.accessControlAllowOrigin,
		originsAreRegExp: http.accessControlAllowOriginUseRegExp,
		onLoopback: isLoopbackAddress(server.host),
	};
}

function toHttpConfig({ server, http }: Config): HttpConfig {
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
	};
}

function toWebSocketConfig({ server, limits }: Config): WebSocketConfig {
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

function toListenerConfig({ limits }: Config): ListenerConfig {
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
