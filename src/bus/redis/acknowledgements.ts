/** Counts who has acknowledged which message. */
export class Acknowledgements {
	readonly #waiting = new Map<string, Waiting>();

	/** Messages that wait now. */
	get size(): number {
		return this.#waiting.size;
	}

	/** Begins to count for a message, before it is sent: an acknowledgement may come before Redis has told how many to wait for. */
	begin(id: string, timeoutMs: number): Waiting {
		const waiting = new Waiting(timeoutMs, () => this.#waiting.delete(id));
		this.#waiting.set(id, waiting);
		return waiting;
	}

	count(id: string): void {
		this.#waiting.get(id)?.count();
	}

	/** Ends every waiting: nobody can be heard any more. */
	close(): void {
		for (const waiting of [...this.#waiting.values()]) waiting.end(false);
	}
}

/** One message that waits for its nodes. */
class Waiting {
	/** True once all have acknowledged, false when the time is over first. */
	readonly done: Promise<boolean>;
	#finish: (all: boolean) => void = () => {};
	#count = 0;
	#expected = Number.POSITIVE_INFINITY;
	readonly #timer: NodeJS.Timeout;
	readonly #forget: () => void;

	constructor(timeoutMs: number, forget: () => void) {
		this.#forget = forget;
		this.done = new Promise((resolve) => {
			this.#finish = resolve;
		});
		this.#timer = setTimeout(() => this.end(false), timeoutMs);
	}

	/** How many nodes the message has reached. */
	expect(nodes: number): void {
		this.#expected = nodes;
		this.#look();
	}

	count(): void {
		this.#count++;
		this.#look();
	}

	end(all: boolean): void {
		clearTimeout(this.#timer);
		this.#forget();
		this.#finish(all);
	}

	#look(): void {
		if (this.#count >= this.#expected) this.end(true);
	}
}
