/** Items by the time at which they end, the nearest first: a binary heap. */
export class ExpiryQueue<Item extends { readonly expiresAt: number }> {
	#items: Item[] = [];

	get size(): number {
		return this.#items.length;
	}

	first(): Item | undefined {
		return this.#items[0];
	}

	add(item: Item): void {
		this.#items.push(item);
		let place = this.#items.length - 1;
		while (place > 0) {
			const parent = (place - 1) >> 1;
			if (this.#at(parent) <= this.#at(place)) return;
			this.#swap(parent, place);
			place = parent;
		}
	}

	take(): Item | undefined {
		const first = this.#items[0];
		const last = this.#items.pop();
		if (last !== undefined && this.#items.length > 0) {
			this.#items[0] = last;
			this.#sink(0);
		}
		return first;
	}

	/** Holds these items only. */
	rebuild(items: Iterable<Item>): void {
		this.#items = [...items];
		for (let place = this.#items.length >> 1; place >= 0; place--)
			this.#sink(place);
	}

	clear(): void {
		this.#items = [];
	}

	#sink(from: number): void {
		let place = from;
		for (;;) {
			const left = 2 * place + 1;
			const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
			if (child >= this.#items.length || this.#at(place) <= this.#at(child))
				return;
			this.#swap(place, child);
			place = child;
		}
	}

	#at(place: number): number {
		return this.#items[place]?.expiresAt ?? Number.POSITIVE_INFINITY;
	}

	#swap(one: number, other: number): void {
		const item = this.#items[one] as Item;
		this.#items[one] = this.#items[other] as Item;
		this.#items[other] = item;
	}
}
