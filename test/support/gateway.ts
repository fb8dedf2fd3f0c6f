import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
	type ConfigOverrides,
	chooseCache,
	chooseStorage,
	loadConfig,
} from "../../src/config.ts";
import { createGateway, type Gateway } from "../../src/gateway.ts";
import type { Clock } from "../../src/lib/clock.ts";
import type { Ids } from "../../src/lib/ids.ts";
import { type Log, silentLog } from "../../src/lib/log.ts";
import type { Strategy } from "../../src/security/strategies/strategy.ts";
import type { Backend } from "./backends.ts";
import { createNamespace, type Namespace } from "./elasticsearch-namespace.ts";
import { type HttpCall, type HttpReply, httpCall } from "./http-call.ts";
import { WsClient } from "./ws-client.ts";

export interface GatewayOptions {
	/** Default: sqlite. */
	readonly backend?: Backend;
	/** Beside a free port, a folder of its own and the store. */
	readonly config?: ConfigOverrides;
	readonly clock?: Clock;
	readonly ids?: Ids;
	/** Default: silent. */
	readonly log?: Log;
	/** Ways to log in, beside the local one. */
	readonly strategies?: readonly Strategy[];
}

/**
 * Starts a gateway on a free port, with an empty store of its own: a temporary folder with SQLite, or a namespace of the
 * Elasticsearch that ELASTICSEARCH_URL names. Whoever starts it stops it.
 */
export async function startGateway(
	options: GatewayOptions = {},
): Promise<TestGateway> {
	const dataFolder = await mkdtemp(path.join(tmpdir(), "portico-test-"));
	const namespace =
		options.backend === "elasticsearch" ? createNamespace() : null;
	const gateway = new TestGateway(options, dataFolder, namespace);
	try {
		await gateway.start();
	} catch (error) {
		await gateway.stop();
		throw error;
	}
	return gateway;
}

/** A gateway under test, and ways to talk to it. */
export class TestGateway {
	readonly backend: Backend;
	readonly dataFolder: string;
	#options: GatewayOptions;
	#namespace: Namespace | null;
	#gateway: Gateway | null = null;
	#address = { host: "127.0.0.1", port: 0 };
	#mqttPort = 0;
	#clients = new Set<WsClient>();

	/** Use `startGateway`. */
	constructor(
		options: GatewayOptions,
		dataFolder: string,
		namespace: Namespace | null,
	) {
		this.backend = options.backend ?? "sqlite";
		this.dataFolder = dataFolder;
		this.#options = options;
		this.#namespace = namespace;
	}

	get gateway(): Gateway {
		if (this.#gateway === null) throw new Error("The gateway is stopped.");
		return this.#gateway;
	}

	/** Where its documents are in Elasticsearch; null on SQLite. */
	get namespace(): Namespace | null {
		return this.#namespace;
	}

	/** Where to reach it; one that listens everywhere is reached on the loopback. */
	get host(): string {
		return this.#address.host;
	}

	get port(): number {
		return this.#address.port;
	}

	/** Of MQTT, where the configuration enables it; then it is any free one. */
	get mqttPort(): number {
		return this.#mqttPort;
	}

	get url(): string {
		return `http://${this.host}:${this.port}`;
	}

	async start(): Promise<void> {
		const { clock, ids, log = silentLog, strategies = [] } = this.#options;
		const loaded = loadConfig({ overrides: this.#config() });
		this.#gateway = createGateway({
			config: loaded.config,
			choice: chooseStorage(loaded),
			cacheChoice: chooseCache(loaded),
			log,
			strategies,
			...(clock === undefined ? {} : { clock }),
			...(ids === undefined ? {} : { ids }),
		});
		const { host, port, mqtt } = await this.#gateway.start();
		this.#mqttPort = mqtt?.port ?? 0;
		this.#address = { host: host === "0.0.0.0" ? "127.0.0.1" : host, port };
	}

	/** Stops it and starts it again on the same store. The port changes. */
	async restart(): Promise<void> {
		await this.#close();
		await this.start();
	}

	/** Stops it and removes its store. */
	async stop(): Promise<void> {
		await this.#close();
		await this.#namespace?.drop();
		await rm(this.dataFolder, { recursive: true, force: true });
	}

	call(method: string, path: string, call?: HttpCall): Promise<HttpReply> {
		return httpCall(this.url, method, path, call);
	}

	/** One request by `POST /_query`; what comes back is the envelope, whatever its status. */
	async query(
		request: Readonly<Record<string, unknown>>,
		token?: string,
	): Promise<HttpReply["body"]> {
		const reply = await this.call("POST", "/_query", { body: request, token });
		return reply.body;
	}

	/** Opens a WebSocket, which ends with the gateway at the latest. */
	async connect(headers?: Readonly<Record<string, string>>): Promise<WsClient> {
		const client = await WsClient.open(this.url, headers);
		this.#clients.add(client);
		return client;
	}

	async #close(): Promise<void> {
		for (const client of this.#clients) client.socket.terminate();
		this.#clients.clear();
		const gateway = this.#gateway;
		this.#gateway = null;
		await gateway?.close();
	}

	#config(): ConfigOverrides {
		const { server, services, ...rest } = this.#options.config ?? {};
		return {
			...rest,
			server: {
				port: 0,
				dataFolder: this.dataFolder,
				...server,
				protocols: {
					...server?.protocols,
					mqtt: { server: { port: 0 }, ...server?.protocols?.mqtt },
				},
			},
			services: {
				...services,
				storageEngine: { ...this.#storage(), ...services?.storageEngine },
			},
		};
	}

	#storage(): NonNullable<ConfigOverrides["services"]>["storageEngine"] {
		if (this.#namespace === null) return { backend: "sqlite" };
		const { name: namespace, url: node } = this.#namespace;
		return { backend: "elasticsearch", namespace, client: { node } };
	}
}
