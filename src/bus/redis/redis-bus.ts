import type { Clock } from "../../lib/clock.ts";
import type { Ids } from "../../lib/ids.ts";
import { isObject, type JsonValue } from "../../lib/json.ts";
import type { Log } from "../../lib/log.ts";
import { untilAborted } from "../../lib/until-aborted.ts";
import {
	createRedisClient,
	type RedisClient,
	type RedisSettings,
} from "../../redis/redis-client.ts";
import type { Bus, BusHandler } from "../bus.ts";
import { createLocalBus } from "../local/local-bus.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import { Lease } from "./lease.ts";

export interface RedisBusOptions {
	readonly settings: RedisSettings;
	/** Before the names of the channels, so that several gateways can share one Redis. */
	readonly prefix: string;
	readonly clock: Clock;
	readonly ids: Ids;
	readonly log: Log;
}

/**
 * The bus on Redis. Every node is subscribed to one channel for messages and to one of its own for acknowledgements. Redis tells how
 * many nodes a message has reached, and so how many acknowledgements to wait for. A node's own handlers are called directly, so they
 * hear its messages also while Redis is away; then nobody else can acknowledge, and a message waits for its whole time.
 */
export function createRedisBus(options: RedisBusOptions): Bus {
	return new RedisBus(options);
}

/** A node that answers later than this is taken for gone, where the caller names no limit. */
const ACKNOWLEDGE_MS_MAX = 5000;
/** How often a node sends a word to itself: often enough that one or two may be late. */
const BEAT_MS = 250;
/** A subscription that brings nothing for so long is made anew. */
const SILENCE_MS_MAX = 3000;
/** Marks a node's word to itself; what else comes on its own channel is the id of a message. */
const BEAT = "beat:";

class RedisBus implements Bus {
	readonly backend = "redis";
	readonly #options: RedisBusOptions;
	readonly #node: string;
	readonly #channel: string;
	readonly #ownChannel: string;
	readonly #local: Bus;
	readonly #acknowledgements = new Acknowledgements();
	readonly #listeners = new Set<(connected: boolean) => void>();
	readonly #lease: Lease;
	#links: Links | undefined;
	#cancelBeat = () => {};
	/** Words to itself that are not taken by Redis yet. */
	#beating = 0;
	/** When the subscription was made, or last brought a word of this node's. */
	#quietSince = 0;
	#firstWord = () => {};

	constructor(options: RedisBusOptions) {
		this.#options = options;
		this.#node = options.ids.uuid();
		// Channels know no databases, so the number is in the name.
		const { database } = options.settings;
		this.#channel = `${options.prefix}portico/bus/${database}`;
		this.#ownChannel = this.#channelOf(this.#node);
		this.#local = createLocalBus(options);
		this.#lease = new Lease(options.clock, (held) => this.#tell(held));
	}

	/** Also resolves while Redis is away. */
	async open(): Promise<void> {
		if (this.#links !== undefined) return;
		const { settings, log } = this.#options;
		const links: Links = {
			publisher: await createRedisClient(settings, log, "bus"),
			subscriber: await createRedisClient(settings, log, "bus subscription"),
		};
		this.#links = links;
		const heard = new Promise<void>((resolve) => {
			this.#firstWord = resolve;
		});
		this.#listen(links);
		await Promise.all([links.publisher.connect(), links.subscriber.connect()]);
		if (links.publisher.isReady && links.subscriber.isReady) {
			const limit = AbortSignal.timeout(settings.commandTimeoutMs);
			await untilAborted(heard, limit).catch(() => {});
		}
		this.#lease.check();
		this.#scheduleBeat();
	}

	async close(): Promise<void> {
		this.#cancelBeat();
		const links = this.#links;
		this.#links = undefined;
		links?.subscriber.close();
		links?.publisher.close();
		this.#acknowledgements.close();
		await this.#local.close();
	}

	subscribe(topic: string, handler: BusHandler): () => void {
		return this.#local.subscribe(topic, handler);
	}

	async publish(
		topic: string,
		message: JsonValue,
		{ timeoutMs = ACKNOWLEDGE_MS_MAX }: { timeoutMs?: number } = {},
	): Promise<{ acknowledged: boolean }> {
		const [here, elsewhere] = await Promise.all([
			this.#local.publish(topic, message, { timeoutMs }),
			this.#send(topic, message, timeoutMs),
		]);
		return { acknowledged: here.acknowledged && elsewhere };
	}

	onConnectivity(listener: (connected: boolean) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	check(): void {
		if (this.#links !== undefined) this.#lease.check();
	}

	/** Whether every node has acknowledged in time. Where a message cannot be sent, nobody is heard, and the time passes. */
	async #send(
		topic: string,
		message: JsonValue,
		timeoutMs: number,
	): Promise<boolean> {
		const id = this.#options.ids.uuid();
		const waiting = this.#acknowledgements.begin(id, timeoutMs);
		const from = this.#node;
		const text = JSON.stringify({ id, from, topic, body: message });
		try {
			// This node's own subscription is one of them, and acknowledges by hearing it; where it is not, no acknowledgement is heard.
			const reached = await this.#publish(this.#channel, text);
			waiting.expect(Math.max(1, reached));
		} catch (error) {
			this.#options.log.debug({ err: error }, "A bus message was not sent");
			if (this.#links === undefined) waiting.end(false);
		}
		return waiting.done;
	}

	/** Answers how many subscriptions it has reached. */
	async #publish(channel: string, text: string): Promise<number> {
		if (this.#links === undefined) throw new Error("The bus is not open.");
		return this.#links.publisher.run((redis) => redis.publish(channel, text));
	}

	#listen({ publisher, subscriber }: Links): void {
		const { log } = this.#options;
		subscriber.redis.on("message", (channel: string, text: string) => {
			if (channel === this.#ownChannel) this.#hearOwn(text);
			else
				this.#hear(text).catch((error: unknown) =>
					log.error({ err: error }, "A bus message could not be read"),
				);
		});
		subscriber.redis.on("ready", () => void this.#subscribe(subscriber));
		publisher.redis.on("ready", () => void this.#beat());
		for (const { redis } of [publisher, subscriber]) {
			redis.on("close", () => this.#lease.end());
		}
	}

	async #subscribe(subscriber: RedisClient): Promise<void> {
		try {
			await subscriber.run((redis) =>
				redis.subscribe(this.#channel, this.#ownChannel),
			);
			this.#quietSince = this.#options.clock.now();
			await this.#beat();
		} catch {
			// The connection has gone again. The next one subscribes.
		}
	}

	async #hear(text: string): Promise<void> {
		const message: unknown = JSON.parse(text);
		if (!isObject(message)) return;
		const { id, from, topic, body } = message;
		if (from === this.#node) {
			this.#acknowledgements.count(String(id));
			return;
		}
		await this.#local.publish(String(topic), body as JsonValue);
		// Where it cannot be sent, the other node waits in vain, and this one is about to see that it has lost the bus.
		await this.#publish(this.#channelOf(String(from)), String(id)).catch(
			() => {},
		);
	}

	#hearOwn(text: string): void {
		if (!text.startsWith(BEAT)) {
			this.#acknowledgements.count(text);
			return;
		}
		this.#quietSince = this.#options.clock.now();
		this.#lease.renew(Number(text.slice(BEAT.length)));
		this.#firstWord();
	}

	#scheduleBeat(): void {
		this.#cancelBeat = this.#options.clock.schedule(BEAT_MS, () => {
			if (this.#links === undefined) return;
			this.#scheduleBeat();
			this.#lease.check();
			this.#endSilence(this.#links);
			// One at a time: words do not heap up before a Redis that hangs.
			if (this.#beating === 0) void this.#beat();
		});
	}

	/** A connection that died without a word is seen by nothing else. */
	#endSilence({ subscriber }: Links): void {
		const now = this.#options.clock.now();
		if (!subscriber.isReady || now - this.#quietSince < SILENCE_MS_MAX) return;
		this.#quietSince = now;
		subscriber.reconnect();
	}

	async #beat(): Promise<void> {
		this.#beating++;
		try {
			const now = this.#options.clock.now();
			await this.#publish(this.#ownChannel, `${BEAT}${now}`);
		} catch {
			// The lease ends by itself.
		} finally {
			this.#beating--;
		}
	}

	#tell(connected: boolean): void {
		const { log } = this.#options;
		if (connected) log.info({}, "The bus to the other nodes is there");
		else if (this.#links !== undefined) {
			log.warn(
				{},
				"The bus to the other nodes is lost: nothing is remembered longer than a second until it is back",
			);
		}
		for (const listener of this.#listeners) listener(connected);
	}

	#channelOf(node: string): string {
		return `${this.#channel}/${node}`;
	}
}

/** A connection that is subscribed takes no other commands. */
interface Links {
	readonly publisher: RedisClient;
	readonly subscriber: RedisClient;
}
