/**
 * The cache port: small values with a lifetime. Embedded keeps durable namespaces in a local SQLite file and
 * volatile ones in memory; Redis keeps both. One contract suite (`test/contracts/cache.contract.ts`) holds them.
 */
export interface Cache {
	readonly backend: "embedded" | "redis";
	open(): Promise<void>;
	close(): Promise<void>;
	/** Never rejects. */
	health(): Promise<{ status: "green" | "red"; reason?: string }>;
	/** Opens a namespace. Keys of two namespaces never meet. Asking twice for one name gives the same values. */
	namespace(name: string, options: NamespaceOptions): CacheNamespace;
}

export interface NamespaceOptions {
	/** Durable: what was answered survives a restart and a crash. Volatile: may be lost at any time, never read after its lifetime. */
	readonly durable: boolean;
	/** Volatile namespaces: most entries kept; beyond, the ones nearest to their end go first. Default 100,000. */
	readonly entriesMax?: number;
}

/** A value past its lifetime is never answered. Lifetimes are in milliseconds, at least 1; absent means for ever. */
export interface CacheNamespace {
	get(key: string): Promise<string | null>;
	set(key: string, value: string, options?: Lifetime): Promise<void>;
	/** True if the key was free and is now set: of any number of callers, one gets true. */
	setIfAbsent(key: string, value: string, options?: Lifetime): Promise<boolean>;
	/** True if there was a live value, which is now this one, with this lifetime: what was deleted meanwhile does not come back. Atomic. */
	setIfPresent(
		key: string,
		value: string,
		options?: Lifetime,
	): Promise<boolean>;
	/** Adds and answers the new count. The lifetime is set when the key is made, and not renewed. Atomic. */
	increment(
		key: string,
		by: number,
		options: Required<Lifetime>,
	): Promise<number>;
	/** True if there was a value. */
	delete(key: string): Promise<boolean>;
	/** Deletes only if the value is that one (a lock let go by its owner). Atomic. */
	compareAndDelete(key: string, value: string): Promise<boolean>;
	/** Every live entry whose key begins with the prefix, in no promised order; what changes meanwhile may or may not be seen. */
	scan(prefix: string): AsyncIterable<{ key: string; value: string }>;
	/** Removes every entry of this namespace. */
	clear(): Promise<void>;
}

export interface Lifetime {
	readonly ttlMs?: number | undefined;
}
