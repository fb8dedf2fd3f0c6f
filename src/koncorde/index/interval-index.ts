interface Item<T> {
	readonly low: number;
	readonly high: number;
	readonly entry: T;
}

/** Items in the order of their lows, with the greatest high of each subtree: a balanced tree without pointers. */
interface Tree<T> {
	readonly items: readonly Item<T>[];
	readonly lows: Float64Array;
	readonly highs: Float64Array;
	/** Of the subtree whose middle the place is. */
	readonly highest: Float64Array;
}

/** So many new intervals are looked through one by one before they become a tree. */
const LOOSE_MAX = 64;
/** After as many questions as this part of the intervals, several trees become one. */
const ASKED_SHARE = 8;

/**
 * Intervals by the numbers inside them. Trees are never changed: what is new waits in a short list, which becomes a tree, and trees of like size are
 * made into one, so that adding costs little on average. What was deleted is left out when that happens, or once it is half.
 */
export class IntervalIndex<T> {
	#trees: Tree<T>[] = [];
	#loose: Item<T>[] = [];
	readonly #gone = new Map<T, number>();
	#size = 0;
	#goneCount = 0;
	/** How often it was asked since it changed: by and by one tree pays. */
	#asked = 0;

	add(bounds: { readonly low: number; readonly high: number }, entry: T): void {
		// One that was deleted and comes back would still be in a tree.
		if (this.#gone.has(entry)) this.#rebuild();
		this.#asked = 0;
		this.#size += 1;
		this.#loose.push({ low: bounds.low, high: bounds.high, entry });
		if (this.#loose.length > LOOSE_MAX) this.#settle();
	}

	/** All intervals of the entry go, one after the other, before it may come again. */
	delete(
		bounds: { readonly low: number; readonly high: number },
		entry: T,
	): void {
		const place = this.#loose.findIndex(
			(item) =>
				item.entry === entry &&
				item.low === bounds.low &&
				item.high === bounds.high,
		);
		this.#asked = 0;
		this.#size -= 1;
		if (place !== -1) {
			this.#loose.splice(place, 1);
			return;
		}
		this.#gone.set(entry, (this.#gone.get(entry) ?? 0) + 1);
		this.#goneCount += 1;
		if (this.#goneCount > this.#size) this.#rebuild();
	}

	/** Shows `meet` the entries of all intervals that hold the number, bounds included. */
	meet(value: number, meet: (entry: T) => void): void {
		this.#asked += 1;
		const isLoose = this.#trees.length > 1 || this.#gone.size > 0;
		if (isLoose && this.#asked > this.#size / ASKED_SHARE) this.#rebuild();
		for (const { low, high, entry } of this.#loose)
			if (low <= value && value <= high) meet(entry);
		const meetAlive =
			this.#gone.size === 0
				? meet
				: (entry: T) => {
						if (!this.#gone.has(entry)) meet(entry);
					};
		for (const tree of this.#trees)
			search(tree, 0, tree.items.length, value, meetAlive);
	}

	#settle(): void {
		let items: readonly Item<T>[] = this.#loose;
		this.#loose = [];
		const kept: Tree<T>[] = [];
		for (const tree of this.#trees) {
			if (tree.items.length <= 2 * items.length)
				items = items.concat(tree.items);
			else kept.push(tree);
		}
		this.#trees = [...kept, toTree(items)];
		if (kept.length === 0) this.#rebuild();
	}

	/** One tree of all that is left. */
	#rebuild(): void {
		const all = this.#trees.flatMap(({ items }) => items);
		const items = all.filter(({ entry }) => !this.#gone.has(entry));
		this.#gone.clear();
		this.#goneCount = 0;
		this.#trees = items.length === 0 ? [] : [toTree(items)];
	}
}

function toTree<T>(items: readonly Item<T>[]): Tree<T> {
	const sorted = [...items].sort((a, b) => a.low - b.low);
	const tree = {
		items: sorted,
		lows: Float64Array.from(sorted, ({ low }) => low),
		highs: Float64Array.from(sorted, ({ high }) => high),
		highest: new Float64Array(sorted.length),
	};
	fillHighest(tree, 0, sorted.length);
	return tree;
}

function fillHighest<T>(tree: Tree<T>, from: number, to: number): number {
	if (from >= to) return Number.NEGATIVE_INFINITY;
	const middle = (from + to) >>> 1;
	const high = Math.max(
		tree.highs[middle] as number,
		fillHighest(tree, from, middle),
		fillHighest(tree, middle + 1, to),
	);
	tree.highest[middle] = high;
	return high;
}

function search<T>(
	tree: Tree<T>,
	from: number,
	to: number,
	value: number,
	meet: (entry: T) => void,
): void {
	let start = from;
	while (start < to) {
		const middle = (start + to) >>> 1;
		if ((tree.highest[middle] as number) < value) return;
		if (start < middle) search(tree, start, middle, value, meet);
		if ((tree.lows[middle] as number) > value) return;
		if (value <= (tree.highs[middle] as number))
			meet((tree.items[middle] as Item<T>).entry);
		start = middle + 1;
	}
}
