import { hostname } from "node:os";
import type { Worker } from "node:worker_threads";
import { adminActions } from "../controllers/admin/index.ts";
import { authActions } from "../controllers/auth/index.ts";
import { bulkActions } from "../controllers/bulk/index.ts";
import { clusterActions } from "../controllers/cluster/index.ts";
import { collectionActions } from "../controllers/collection/index.ts";
import { documentActions } from "../controllers/document/index.ts";
import { indexActions } from "../controllers/index/index.ts";
import { localPasswordActions } from "../controllers/local-password/index.ts";
import { realtimeActions } from "../controllers/realtime/index.ts";
import { securityActions } from "../controllers/security/index.ts";
import { serverActions } from "../controllers/server/index.ts";
import {
	createHttpProtocol,
	type HttpMiddleware,
} from "../protocols/http/create-http-protocol.ts";
import { createListener } from "../protocols/http/listener.ts";
import { createMqttProtocol } from "../protocols/mqtt/create-mqtt-protocol.ts";
import { createReference } from "../protocols/reference/create-reference.ts";
import { createSseProtocol } from "../protocols/sse/create-sse-protocol.ts";
import { createWebSocketProtocol } from "../protocols/websocket/create-websocket-protocol.ts";
import { toRoutes } from "./action/action-routes.ts";
import { createKnownActions } from "./action/known-actions.ts";
import { ActionRegistry } from "./action/registry.ts";
import { createAccessLog } from "./call/access-log.ts";
import { Admission } from "./call/admission.ts";
import { createClientResolver } from "./call/client-address.ts";
import { combineObservers } from "./call/combine-observers.ts";
import { Connections } from "./call/connection.ts";
import { createExecute } from "./call/execute.ts";
import type { Execute } from "./call/execute-types.ts";
import { createLatePasswords } from "./compose/late-passwords.ts";
import { type Addresses, Lifecycle } from "./compose/lifecycle.ts";
import { ownAddress } from "./compose/own-address.ts";
import { createPorts } from "./compose/ports.ts";
import {
	toHttpConfig,
	toListenerConfig,
	toLocalOptions,
	toMqttConfig,
	toScrollRules,
	toSecurityRules,
	toSseConfig,
	toWebSocketConfig,
} from "./compose/settings.ts";
import {
	type CacheChoice,
	type Config,
	chooseCache,
	chooseStorage,
	givenOf,
	type StorageChoice,
} from "./config.ts";
import { BulkImports } from "./documents/bulk-imports.ts";
import { DocumentsByQuery } from "./documents/by-query.ts";
import { DocumentSearches } from "./documents/document-searches.ts";
import { Documents } from "./documents/documents.ts";
import { DocumentExports } from "./documents/exports.ts";
import { Reindexing } from "./documents/reindexing.ts";
import { compileFilters } from "./koncorde/compile-filters.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { type Ids, randomIds } from "./lib/ids.ts";
import { type Log, silentLog } from "./lib/log.ts";
import { packageVersion } from "./lib/package-root.ts";
import { createMetrics } from "./metrics/create-metrics.ts";
import { Realtime } from "./realtime/realtime.ts";
import { Scrolls } from "./scrolls/scrolls.ts";
import { createAdmin, resetPassword } from "./security/administrators.ts";
import { bootstrap } from "./security/bootstrap.ts";
import { Security } from "./security/security.ts";
import {
	createLocalStrategy,
	localCollections,
} from "./security/strategies/local.ts";
import type { Strategy } from "./security/strategies/strategy.ts";
import { announceTokenExpiry } from "./security/token-expiry.ts";
import { readConfiguredSpecifications } from "./validation/configured-specifications.ts";
import { Validations } from "./validation/validations.ts";

/** The version of Kuzzle whose API this is; tools check it. */
const KUZZLE_VERSION = "2.56.0";

export interface GatewayOptions {
	readonly config: Config;
	/** Default: what the configuration says. */
	readonly choice?: StorageChoice;
	/** Default: what the configuration says. */
	readonly cacheChoice?: CacheChoice;
	readonly log?: Log;
	readonly clock?: Clock;
	readonly ids?: Ids;
	/** Ways to log in, beside `local`. */
	readonly strategies?: readonly Strategy[];
	/** For the embedded database: a thread of `startWriterThread`, started while this code was being loaded. */
	readonly writerThread?: Worker;
}

export interface Gateway {
	/** Opens the store, bootstraps it and listens. With an Elasticsearch that is away it listens all the same, answers 503, and goes on trying. */
	start(): Promise<Addresses>;
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
	/** Whether anybody is an administrator: a search. */
	adminExists(): Promise<boolean>;
	status(): GatewayStatus;
}

export interface GatewayStatus {
	readonly rightsRestricted: boolean;
	/** The store was empty when it was opened: nobody had an account. */
	readonly isNew: boolean;
	readonly store: string;
	/** Null where nothing is kept on this machine. */
	readonly dataFolder: string | null;
}

/** Builds the gateway: the one place where everything meets. Nothing is opened yet. */
export function createGateway(options: GatewayOptions): Gateway {
	const { config } = options;
	const parts = {
		config,
		log: options.log ?? silentLog,
		clock: options.clock ?? systemClock,
		ids: options.ids ?? randomIds,
		choice: options.choice ?? chooseStorage({ config, given: givenOf(config) }),
		cacheChoice:
			options.cacheChoice ?? chooseCache({ config, given: givenOf(config) }),
	};
	const { log, clock, ids } = parts;
	const nodeId = `${hostname()}-${ids.uuid().slice(0, 8)}`;
	const connections = new Connections();
	const admission = new Admission(config.limits);
	const metrics = config.server.metrics.enabled
		? createMetrics({
				...parts,
				config: config.server.metrics,
				connections,
				admission,
				sockets: () => listener.connections(),
				isAction: (controller, action) =>
					registry.get(controller, action) !== undefined,
			})
		: null;
	const { writerThread } = options;
	const adapters = createPorts({ ...parts, writerThread });
	const ports =
		metrics === null
			? adapters
			: { ...adapters, storage: metrics.measure(adapters.storage) };
	const { storage, cache } = ports;
	const passwords = createLatePasswords(config);
	const local = createLocalStrategy({
		...parts,
		storage,
		passwords: passwords.late,
		options: {
			...toLocalOptions(config),
			membershipOf: (kuid, signal) => security.membershipOf(kuid, signal),
		},
	});
	const scrolls = new Scrolls({
		storage,
		cache,
		ids,
		rules: toScrollRules(config),
	});
	const security = new Security({
		...parts,
		...ports,
		connections,
		strategies: [local, ...(options.strategies ?? [])],
		knownActions: createKnownActions(() => registry),
		scrolls,
		rules: toSecurityRules(config),
	});
	const validations = new Validations({
		storage,
		scrolls,
		clock,
		news: security.invalidation,
		compileFilters,
	});
	const specifications = readConfiguredSpecifications(
		config.validation,
		compileFilters,
	);
	const reindexing = new Reindexing({ storage, log });
	const card = { id: nodeId, address: ownAddress(), startedAt: clock.now() };
	const realtime = new Realtime({
		bus: ports.bus,
		clock,
		connections,
		card,
		limits: config.limits,
		cluster: config.cluster,
		tellsBefore: storage.backend === "sqlite",
	});
	const documents = new Documents({
		storage,
		clock,
		limits: config.limits,
		sink: realtime,
		validator: validations,
	});
	const imports = new BulkImports({ storage, documents });
	const data = {
		storage,
		reindexing,
		documents,
		searches: new DocumentSearches({
			storage,
			scrolls,
			fetchMax: config.limits.documentsFetchCount,
		}),
		byQuery: new DocumentsByQuery({
			storage,
			documents,
			writeMax: config.limits.documentsWriteCount,
		}),
		exports: new DocumentExports({ storage }),
		imports,
		validations,
		scrolls,
		security,
		conflictRetries:
			config.services.storageEngine.defaults.onUpdateConflictRetries,
		limits: config.limits,
	};
	const registry = new ActionRegistry([
		...indexActions(data),
		...collectionActions(data),
		...documentActions(data),
		...bulkActions(data),
		...realtimeActions({
			realtime,
			validations,
			rights: security.rights,
		}),
		...authActions(security),
		...securityActions(security),
		...localPasswordActions(security, local.resets),
		...adminActions({ security, storage, imports }),
		...serverActions({
			clock,
			storage,
			cache,
			security,
			actions: () => registry.all(),
			version: packageVersion,
			kuzzleVersion: KUZZLE_VERSION,
			nodeId,
			startedAt: card.startedAt,
		}),
		...clusterActions({ card, peers: realtime.peers }),
	]);

	const observer = combineObservers([
		metrics,
		config.server.accessLog ? createAccessLog({ log, clock }) : null,
	]);
	const execute = createExecute({
		registry,
		gatekeeper: security.gatekeeper,
		assertServing: () => lifecycle.assertServing(),
		admission,
		hooks: { before: [], after: [] },
		clock,
		log,
		...(observer === undefined ? {} : { observer }),
		requestTimeoutMs: config.limits.requestTimeout,
		strictSdkVersion: config.server.strictSdkVersion,
		development: process.env.NODE_ENV === "development",
	});
	const common = {
		...parts,
		execute,
		resolveClient: createClientResolver(config.server.trustedProxies),
	};
	const http = createHttpProtocol({
		...common,
		routes: toRoutes(registry.all()),
		config: toHttpConfig(config),
		nodeId,
		notReady: () => lifecycle.trouble(),
		eventStreams: createSseProtocol({
			...common,
			connections,
			config: toSseConfig(config),
		}),
		fallback: createReference({
			actions: () => registry.all(),
			version: packageVersion,
			log,
		}),
	});
	const { mqtt: mqttSettings } = config.server.protocols;
	const mqtt = mqttSettings.enabled
		? createMqttProtocol({
				...common,
				connections,
				config: toMqttConfig(config),
				authenticate: (token, connection) =>
					security.gatekeeper.authenticateToken(token, connection),
				assertOrigin: (connection) =>
					security.gatekeeper.assertOrigin(connection),
			})
		: null;
	const listener = createListener({
		...parts,
		http,
		...(mqtt === null ? {} : { mqtt }),
		...(config.server.protocols.websocket.enabled
			? {
					webSocket: createWebSocketProtocol({
						...common,
						connections,
						config: toWebSocketConfig(config),
					}),
				}
			: {}),
		config: toListenerConfig(config),
	});
	let isNew = false;
	const stopExpiry = announceTokenExpiry({ connections, clock, nodeId });
	const lifecycle = new Lifecycle({
		...parts,
		...ports,
		admission,
		listener,
		metrics,
		http,
		mqtt:
			mqtt === null ? null : { protocol: mqtt, port: mqttSettings.server.port },
		async stopBackground() {
			stopExpiry();
			await realtime.close();
			await reindexing.stop();
		},
		async prepare() {
			const found = await bootstrap({
				...parts,
				storage,
				strategyCollections: localCollections,
				specifications,
				secret: config.security.authToken.secret ?? config.security.jwt.secret,
				passwordFormat: config.security.passwordFormat,
			});
			isNew = found.isNew;
			security.jwt.useSecret(found.secret);
			await realtime.open(found.secret);
			passwords.use(found.passwordFormat);
			await security.findOpen();
		},
	});

	return {
		execute,
		start: () => lifecycle.start(config.server),
		open: () => lifecycle.open(),
		close: () => lifecycle.close(),
		middleware: (settings) => http.middleware(settings),
		createAdmin: (admin) => createAdmin(security, admin),
		resetPassword: (login) => resetPassword(security, storage, login),
		adminExists: () => security.users.anyHolds("admin"),
		status: () => ({
			rightsRestricted: !security.isOpen(),
			isNew,
			store: storage.backend,
			dataFolder: ports.dataFolder,
		}),
	};
}
