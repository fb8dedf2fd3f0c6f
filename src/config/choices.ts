import type { Config } from "./keys.ts";

/* Which adapters to use: what the configuration says, or what follows from what was given in it. */

interface Loaded {
	readonly config: Config;
	/** Where each key that somebody set was set, by its full path. */
	readonly given: ReadonlyMap<string, string>;
}

export interface StorageChoice {
	readonly backend: "sqlite" | "elasticsearch";
	/** For the log: ends the sentence "… because …". */
	readonly reason: string;
}

export interface CacheChoice {
	/** The bus goes with it: nodes that share a cache speak to each other by the same Redis. */
	readonly backend: "embedded" | "redis";
	/** For the log: ends the sentence "… because …". */
	readonly reason: string;
}

/**
 * The store to use. Without `services.storageEngine.backend`, any key of the Elasticsearch client chooses
 * Elasticsearch: an operator who comes from Kuzzle must never find an empty store.
 */
export function chooseStorage({ config, given }: Loaded): StorageChoice {
	const { backend } = config.services.storageEngine;
	if (backend !== null)
		return { backend, reason: saidBy(STORAGE_BACKEND, given) };
	const client = firstGiven(given, [STORAGE_CLIENT]);
	return client === null
		? { backend: "sqlite", reason: "no Elasticsearch is configured" }
		: { backend: "elasticsearch", reason: client };
}

/** The cache to use. Without `services.internalCache.backend`, any key that says where Redis is chooses Redis, as it does in Kuzzle. */
export function chooseCache({ config, given }: Loaded): CacheChoice {
	const { backend } = config.services.internalCache;
	if (backend !== null)
		return { backend, reason: saidBy(CACHE_BACKEND, given) };
	const redis = firstGiven(given, REDIS_KEYS);
	return redis === null
		? { backend: "embedded", reason: "no Redis is configured" }
		: { backend: "redis", reason: redis };
}

const STORAGE_BACKEND = "services.storageEngine.backend";
const STORAGE_CLIENT = "services.storageEngine.client";
export const CACHE_BACKEND = "services.internalCache.backend";
const REDIS_KEYS = ["node", "nodes", "options", "database"].map(
	(name) => `services.internalCache.${name}`,
);

function saidBy(key: string, given: Loaded["given"]): string {
	return `${key} says so (${given.get(key) ?? "default"})`;
}

/** Which of these keys, or of the keys in them, somebody gave first. */
function firstGiven(
	given: Loaded["given"],
	keys: readonly string[],
): string | null {
	for (const [path, source] of given) {
		const isOne = keys.some(
			(key) => path === key || path.startsWith(`${key}.`),
		);
		if (isOne) return `${path} is given (${source})`;
	}
	return null;
}
