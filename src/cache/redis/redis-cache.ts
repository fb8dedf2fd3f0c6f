import type { Redis } from "ioredis";
import { createErrorFrom } from "../../errors/gateway-error.ts";
import type { Log } from "../../lib/log.ts";
import {
	createRedisClient,
	type RedisClient,
	RedisFailure,
	type RedisSettings,
} from "../../redis/redis-client.ts";
import type { Cache } from "../cache.ts";
import { type CommandKind, RedisNamespace } from "./redis-namespace.ts";

export interface RedisCacheOptions {
	readonly settings: RedisSettings;
	/** Before every key, so that several gateways can share one Redis. With none, login tokens are where Kuzzle keeps them. */
	readonly prefix: string;
	readonly log: Log;
}

/** Login tokens are kept under Kuzzle's own keys, so that its unexpired ones go on working. */
const KUZZLE_PREFIXES: Readonly<Record<string, string>> = {
	token: "repos/kuzzle/token/",
};

/**
 * The cache on Redis, which many nodes share. Durable namespaces are as durable as that Redis is configured to be; volatile ones are
 * bounded by their lifetimes and by Redis's `maxmemory`, not by `entriesMax`. Lifetimes run on the clock of Redis.
 */
export function createRedisCache(options: RedisCacheOptions): Cache {
	let client: RedisClient | undefined;

	async function run<T>(
		kind: CommandKind,
		command: (redis: Redis) => Promise<T>,
	): Promise<T> {
		try {
			if (client === undefined) {
				throw new RedisFailure("unsent", "The cache is not open.");
			}
			return await client.run(command);
		} catch (error) {
			throw toCacheError(error, kind);
		}
	}

	return {
		backend: "redis",
		async open() {
			client ??= await createRedisClient(
				options.settings,
				options.log,
				"cache",
			);
			await client.connect();
		},
		async close() {
			client?.close();
			client = undefined;
		},
		async health() {
			try {
				await client?.run((redis) => redis.ping());
				return client === undefined
					? { status: "red", reason: "The cache is not open." }
					: { status: "green" };
			} catch (error) {
				const reason = error instanceof Error ? error.message : String(error);
				return { status: "red", reason };
			}
		},
		namespace: (name) =>
			new RedisNamespace(
				options.prefix + (KUZZLE_PREFIXES[name] ?? `portico/${name}/`),
				run,
			),
	};
}

/** A write that was sent and not answered may have been carried out: it is not said to have failed. */
function toCacheError(error: unknown, kind: CommandKind): Error {
	if (!(error instanceof RedisFailure)) return error as Error;
	switch (error.kind) {
		case "unsent":
			return createErrorFrom(error, "services.cache.not_connected");
		case "unknown":
			return kind === "read"
				? createErrorFrom(error, "services.cache.not_connected")
				: createErrorFrom(error, "portico.call.outcome_unknown");
		case "refused":
			return kind === "read"
				? createErrorFrom(error, "services.cache.read_failed", error.message)
				: createErrorFrom(error, "services.cache.write_failed", error.message);
	}
}
