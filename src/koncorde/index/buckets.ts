/** More entries than one: a kind of its own, so that an entry may be of any kind, a set too. */
class Several<T> extends Set<T> {}

/** Entries by a key; several entries may share one. */
export class Buckets<K, T> {
	/** An entry that is alone under its key is kept as it is: most are, and a set for each costs more memory than all else. */
	readonly #buckets = new Map<K, T | Several<T>>();

	get isEmpty(): boolean {
		return this.#buckets.size === 0;
	}

	add(key: K, entry: T): void {
		const found = this.#buckets.get(key);
		if (found instanceof Several) found.add(entry);
		else if (found === undefined) this.#buckets.set(key, entry);
		else if (found !== entry)
			this.#buckets.set(key, new Several([found, entry]));
	}

	delete(key: K, entry: T): void {
		const found = this.#buckets.get(key);
		if (found instanceof Several) {
			found.delete(entry);
			if (found.size === 0) this.#buckets.delete(key);
		} else if (found === entry) this.#buckets.delete(key);
	}

	sizeOf(key: K): number {
		const found = this.#buckets.get(key);
		if (found instanceof Several) return found.size;
		return found === undefined ? 0 : 1;
	}

	meet(key: K, meet: (entry: T) => void): void {
		const found = this.#buckets.get(key);
		if (found instanceof Several) for (const entry of found) meet(entry);
		else if (found !== undefined) meet(found);
	}
}
