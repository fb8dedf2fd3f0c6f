/** Entries by a key; several entries may share one. */
export class Buckets<K, T> {
	readonly #buckets = new Map<K, Set<T>>();

	get isEmpty(): boolean {
		return this.#buckets.size === 0;
	}

	add(key: K, entry: T): void {
		const bucket = this.#buckets.get(key);
		if (bucket === undefined) this.#buckets.set(key, new Set([entry]));
		else bucket.add(entry);
	}

	delete(key: K, entry: T): void {
		const bucket = this.#buckets.get(key);
		bucket?.delete(entry);
		if (bucket?.size === 0) this.#buckets.delete(key);
	}

	meet(key: K, meet: (entry: T) => void): void {
		const bucket = this.#buckets.get(key);
		if (bucket !== undefined) for (const entry of bucket) meet(entry);
	}
}
