import type { Redis, RedisOptions } from "ioredis";
import type { Log } from "../lib/log.ts";

/** How to reach a Redis: the keys of `services.internalCache`. */
export interface RedisSettings {
	readonly node: { readonly host: string; readonly port: number };
	/** Number of the logical database. */
	readonly database: number;
	/** Options of the ioredis client: password, tls, sentinels and others. They win over `node` and `database`, as in Kuzzle. */
	readonly options: Readonly<Record<string, unknown>>;
	/** How long one command may take, in milliseconds. */
	readonly commandTimeoutMs: number;
}

/**
 * Why a command has no answer. `unsent`: it never left, so nothing happened. `unknown`: it was sent, and may have been carried out.
 * `refused`: Redis itself said no.
 */
export class RedisFailure extends Error {
	readonly kind: "unsent" | "unknown" | "refused";

	constructor(kind: RedisFailure["kind"], message: string) {
		super(message);
		this.kind = kind;
	}
}

/**
 * One connection to Redis, which comes back by itself. Nothing waits in a queue for a Redis that is away: a command fails at once then,
 * and one that gets no answer in time ends the connection, since all that follow would wait behind it.
 */
export interface RedisClient {
	/** Tries once, and leaves a Redis that is away to the client's own tries. Never rejects. */
	connect(): Promise<void>;
	readonly isReady: boolean;
	/** Rejects with a `RedisFailure`. */
	run<T>(command: (redis: Redis) => Promise<T>): Promise<T>;
	/** For what is not a command: listeners. */
	readonly redis: Redis;
	/** Cuts the connection; it comes back by itself. */
	reconnect(): void;
	close(): void;
}

/** The longest pause between two tries to reach a Redis that is away. */
const RETRY_MS_MAX = 1000;
/** How long a connection that was given up may take to close in good order. */
const CLOSE_MS_MAX = 100;

/** `use` says in the log what it is for. The client's code is loaded here, so that a gateway without Redis does not pay for it. */
export async function createRedisClient(
	settings: RedisSettings,
	log: Log,
	use: string,
): Promise<RedisClient> {
	const { Redis: Client } = await import("ioredis");
	const redis = new Client(toOptions(settings));
	const endLog = logOutages(redis, log, use);
	let closed = false;
	redis.on("end", () => {
		if (!closed) setTimeout(connect, RETRY_MS_MAX).unref();
	});
	/** The client goes on trying; until then its commands fail at once. */
	async function connect(): Promise<void> {
		const idle = redis.status === "wait" || redis.status === "end";
		if (idle && !closed) await redis.connect().catch(() => {});
	}
	function reconnect(): void {
		// In any other state it is at it, and cutting it off then would end it for good.
		if (redis.status === "ready") redis.disconnect(true);
	}
	return {
		redis,
		get isReady() {
			return redis.status === "ready";
		},
		connect,
		async run(command) {
			if (redis.status !== "ready") {
				throw new RedisFailure("unsent", "Redis is not connected.");
			}
			try {
				return await command(redis);
			} catch (error) {
				if (isTimeout(error)) reconnect();
				throw toFailure(error);
			}
		},
		reconnect,
		close() {
			closed = true;
			endLog();
			redis.disconnect();
		},
	};
}

function toOptions(settings: RedisSettings): RedisOptions {
	const { node, database, commandTimeoutMs, options } = settings;
	// A prefix is the adapters' business: the client would leave it out of patterns and channels.
	const { keyPrefix: _, ...given } = options;
	return {
		host: node.host,
		port: node.port,
		db: database,
		commandTimeout: commandTimeoutMs,
		connectTimeout: commandTimeoutMs,
		// Checked by the client itself, which knows its options.
		...(given as RedisOptions),
		lazyConnect: true,
		disableClientInfo: true,
		enableOfflineQueue: false,
		autoResubscribe: false,
		autoResendUnfulfilledCommands: false,
		maxRetriesPerRequest: 0,
		disconnectTimeout: CLOSE_MS_MAX,
		retryStrategy: (tries) => Math.min(50 * 2 ** tries, RETRY_MS_MAX),
		// What was the master before a failover.
		reconnectOnError: (error) => error.message.startsWith("READONLY"),
	};
}

/** Once for each outage, however many tries it takes. */
function logOutages(redis: Redis, log: Log, use: string): () => void {
	let told = false;
	const tell = (reason: string) => {
		if (!told) log.warn({ reason, use }, "Redis cannot be reached");
		told = true;
	};
	redis.on("error", (error: Error) => tell(messageOf(error)));
	redis.on("close", () => tell("The connection was closed."));
	redis.on("ready", () => {
		if (told) log.info({ use }, "Redis is there again");
		told = false;
	});
	return () => {
		told = true;
	};
}

function isTimeout(error: unknown): boolean {
	return error instanceof Error && error.message === "Command timed out";
}

/** Only the words of the client's error: its other members hold what the command was given, and so passwords and tokens. */
function toFailure(error: unknown): RedisFailure {
	const message = messageOf(error);
	if (error instanceof Error && error.name === "ReplyError") {
		return new RedisFailure("refused", message);
	}
	const unsent = message.startsWith("Stream isn't writeable");
	return new RedisFailure(unsent ? "unsent" : "unknown", message);
}

/** Of several addresses that refuse, the error has a code and no words. */
function messageOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	return error.message || String((error as { code?: unknown }).code);
}
