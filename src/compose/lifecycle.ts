import type { HttpProtocol } from "../../protocols/http/create-http-protocol.ts";
import type { Listener } from "../../protocols/http/listener.ts";
import type { MqttProtocol } from "../../protocols/mqtt/create-mqtt-protocol.ts";
import type { Admission } from "../call/admission.ts";
import {
	createError,
	type GatewayError,
	isErrorId,
} from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Metrics } from "../metrics/create-metrics.ts";
import type { Ports } from "./ports.ts";

/** How often a store that is away at start is tried again. */
const RETRY_MS = 1000;

/** The MQTT protocol, and the port that it is configured for. */
export interface MqttListener {
	readonly protocol: MqttProtocol;
	readonly port: number;
}

/** Where a gateway listens; `mqtt` where that is enabled. */
export interface Addresses {
	readonly host: string;
	readonly port: number;
	readonly mqtt?: { readonly host: string; readonly port: number };
}

export interface LifecycleParts extends Ports {
	readonly clock: Clock;
	readonly log: Log;
	readonly admission: Admission;
	readonly listener: Listener;
	readonly http: HttpProtocol;
	/** Null where it is switched off. */
	readonly mqtt: MqttListener | null;
	/** Null where they are switched off. */
	readonly metrics: Metrics | null;
	/** Gives up what runs without a request; resolves once it has ended. */
	readonly stopBackground: () => Promise<void>;
	/** What must be read from the store, or written to it, before the first request. */
	readonly prepare: () => Promise<void>;
}

/** From the first file that is opened to the last socket that is closed. */
export class Lifecycle {
	readonly #parts: LifecycleParts;
	#state: "new" | "ready" | "closed" = "new";
	#cancelRetry = () => {};
	#closing: Promise<void> | undefined;

	constructor(parts: LifecycleParts) {
		this.#parts = parts;
	}

	/** Rejects while no request can be served. */
	assertServing(): void {
		if (this.#state !== "ready") throw this.#absence();
	}

	/** Why requests cannot be served now; null when they can. */
	trouble(): GatewayError | null {
		if (this.#state !== "ready") return this.#absence();
		return this.#parts.admission.overloaded
			? createError("api.process.overloaded")
			: null;
	}

	async open(): Promise<void> {
		await this.#openLocal();
		await this.#openStore();
	}

	/**
	 * Listens as well. An embedded store that cannot be opened is told before anybody connects; one that is elsewhere and away is waited for:
	 * the gateway listens, answers 503, and serves as soon as the store is there.
	 */
	async start(where: {
		readonly host: string;
		readonly port: number;
	}): Promise<Addresses> {
		const { storage, metrics } = this.#parts;
		await metrics?.listen();
		await this.#openLocal();
		if (storage.backend === "sqlite") {
			await this.#openStore();
			return this.#listen(where);
		}
		const address = await this.#listen(where);
		await this.#openStoreOrWait();
		return address;
	}

	/** Refuses what is new, answers what is under way, then lets go of everything. */
	close(): Promise<void> {
		this.#closing ??= this.#close();
		return this.#closing;
	}

	async #listen(where: {
		readonly host: string;
		readonly port: number;
	}): Promise<Addresses> {
		const { listener, mqtt } = this.#parts;
		if (mqtt === null) return listener.listen(where);
		// First, since upgrades to it come by the other port.
		const address = await mqtt.protocol.listen({
			host: where.host,
			port: mqtt.port,
		});
		try {
			return { ...(await listener.listen(where)), mqtt: address };
		} catch (error) {
			await mqtt.protocol.close();
			throw error;
		}
	}

	#absence(): GatewayError {
		return this.#state === "closed"
			? createError("api.process.shutting_down")
			: createError("services.storage.not_connected");
	}

	/** What is on this machine; once. */
	async #openLocal(): Promise<void> {
		await this.#parts.cache.open();
		await this.#parts.bus.open();
	}

	async #openStore(): Promise<void> {
		await this.#parts.storage.open();
		await this.#parts.prepare();
		if (this.#state === "new") this.#state = "ready";
	}

	async #openStoreOrWait(): Promise<void> {
		const { log, storage } = this.#parts;
		try {
			await this.#openStore();
		} catch (error) {
			if (!isAway(error)) throw error;
			log.warn(
				{ store: storage.backend },
				"The store cannot be reached. Requests get 503 until it is there",
			);
			this.#retryLater();
		}
	}

	#retryLater(): void {
		const { clock, log } = this.#parts;
		this.#cancelRetry = clock.schedule(RETRY_MS, () => {
			this.#openStore()
				.then(() => log.info({}, "The store is there: ready"))
				.catch((error: unknown) => {
					if (this.#state === "closed") return;
					if (!isAway(error)) {
						log.error({ err: error }, "The store cannot be used");
					}
					this.#retryLater();
				});
		});
	}

	async #close(): Promise<void> {
		const { http, listener, admission, stopBackground, storage, cache, bus } =
			this.#parts;
		this.#state = "closed";
		this.#cancelRetry();
		http.refuse();
		await Promise.all([listener.close(), this.#parts.mqtt?.protocol.close()]);
		admission.close();
		await admission.idle();
		await stopBackground();
		await storage.close();
		await cache.close();
		await bus.close();
		await this.#parts.metrics?.close();
	}
}

/** Nothing of what is done at a start is harmed by being done again, so a write of unknown outcome is no more than a store that is away. */
function isAway(error: unknown): boolean {
	return (
		isErrorId(error, "services.storage.not_connected") ||
		isErrorId(error, "portico.call.outcome_unknown")
	);
}
