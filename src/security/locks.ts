import type { Cache, CacheNamespace } from "../cache/cache.ts";
import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";

/** How long a lock outlives a node that stopped in the middle of its work. */
const LIFETIME_MS = 30_000;
const RENEWAL_MS = LIFETIME_MS / 3;

/** Locks that hold on every node: work that must not run twice at once. They live on the cache port, which the nodes share. */
export class Locks {
	readonly #held: CacheNamespace;
	readonly #clock: Clock;
	readonly #ids: Ids;

	constructor(dependencies: {
		readonly cache: Cache;
		readonly clock: Clock;
		readonly ids: Ids;
	}) {
		this.#held = dependencies.cache.namespace("lock", { durable: false });
		this.#clock = dependencies.clock;
		this.#ids = dependencies.ids;
	}

	/**
	 * Runs the work while nobody, on any node, runs other work under that name, however long it takes. Rejects with
	 * `api.process.action_locked`, which names the action that is under way, when somebody does.
	 */
	async run<T>(
		{ name, action }: { readonly name: string; readonly action: string },
		work: () => Promise<T>,
	): Promise<T> {
		const owner = `${action} ${this.#ids.uuid()}`;
		const takenAt = this.#clock.now();
		const ttlMs = LIFETIME_MS;
		if (!(await this.#held.setIfAbsent(name, owner, { ttlMs }))) {
			throw createError(
				"api.process.action_locked",
				(await this.#actionUnderWay(name)) ?? action,
			);
		}
		const stopRenewing = this.#keepRenewing(name, owner, takenAt);
		try {
			return await work();
		} finally {
			await stopRenewing();
			await this.#release(name, owner);
		}
	}

	async #actionUnderWay(name: string): Promise<string | undefined> {
		return (await this.#held.get(name))?.split(" ")[0];
	}

	/** The answer ends it, and resolves once no renewal is under way: one that came after the release would hit the next owner. */
	#keepRenewing(
		name: string,
		owner: string,
		takenAt: number,
	): () => Promise<void> {
		let heldUntil = takenAt + LIFETIME_MS;
		let renewal: Promise<void> = Promise.resolve();
		let cancel = () => {};
		const renew = async () => {
			const now = this.#clock.now();
			// This process stood still for so long that the lock may be another's by now.
			if (now >= heldUntil) return;
			try {
				const ttlMs = LIFETIME_MS;
				if (!(await this.#held.setIfPresent(name, owner, { ttlMs }))) return;
				heldUntil = now + LIFETIME_MS;
			} catch {
				// The cache is away. It is tried again for as long as the lock lasts.
			}
			arm();
		};
		let ended = false;
		const arm = () => {
			if (ended) return;
			cancel = this.#clock.schedule(RENEWAL_MS, () => {
				renewal = renew();
			});
		};
		arm();
		return async () => {
			ended = true;
			cancel();
			await renewal;
		};
	}

	/** Only one's own. */
	async #release(name: string, owner: string): Promise<void> {
		try {
			await this.#held.compareAndDelete(name, owner);
		} catch {
			// The outcome of the work stands. A lock that stays ends by itself.
		}
	}
}
