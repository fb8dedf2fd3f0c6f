import type { Log } from "../lib/log.ts";
import type {
	SearchHit,
	Storage,
	Target,
	WriteOperation,
	WriteOutcome,
} from "../storage/storage.ts";

const PAGE_SIZE = 200;

interface Work {
	readonly ended: Promise<void>;
	readonly giveUp: AbortController;
}

/**
 * Writes the documents of collections anew as they are, in the background, so that they are found by fields that were mapped after they were
 * written. Their versions count up. Nobody is told: nothing has changed.
 */
export class Reindexing {
	readonly #storage: Storage;
	readonly #log: Log;
	/** What is under way, by collection. */
	readonly #works = new Map<string, Work>();

	constructor(dependencies: { readonly storage: Storage; readonly log: Log }) {
		this.#storage = dependencies.storage;
		this.#log = dependencies.log;
	}

	/** Returns at once. What is under way for that collection began with older mappings, and is given up. */
	start(target: Target): void {
		const key = JSON.stringify(target);
		const before = this.#works.get(key);
		before?.giveUp.abort();
		const giveUp = new AbortController();
		const run = async () => {
			await before?.ended;
			await this.#run(target, giveUp.signal);
			if (this.#works.get(key) === work) this.#works.delete(key);
		};
		const work = { giveUp, ended: run() };
		this.#works.set(key, work);
	}

	/** Gives up what is under way; what was written anew by then stays so. */
	async stop(): Promise<void> {
		const works = [...this.#works.values()];
		for (const { giveUp } of works) giveUp.abort();
		await Promise.all(works.map(({ ended }) => ended));
	}

	/** Never rejects: whoever asked has his answer. */
	async #run(target: Target, signal: AbortSignal): Promise<void> {
		const { index, collection } = target;
		try {
			const misfits = await this.#reindex(target, signal);
			this.#log.info(
				{ index, collection, misfits },
				"A collection was indexed anew",
			);
		} catch (err) {
			if (signal.aborted) return;
			this.#log.warn(
				{ index, collection, err },
				"A collection was not indexed anew to its end",
			);
		}
	}

	/** Answers how many documents stayed as they were, since they do not fit the mappings. */
	async #reindex(target: Target, signal: AbortSignal): Promise<number> {
		let misfits = 0;
		// A scan sees what was refreshed.
		await this.#storage.refresh(target, { signal });
		const pages = this.#storage.scan(
			[target],
			{ query: { kind: "match_all" }, pageSize: PAGE_SIZE },
			{ signal },
		);
		for await (const page of pages) {
			const outcomes = await this.#storage.write(target, page.map(asItIs), {
				signal,
			});
			misfits += outcomes.filter(isMisfit).length;
		}
		return misfits;
	}
}

function asItIs({ id, content, revision }: SearchHit): WriteOperation {
	return { kind: "replace", id, content, ifRevision: revision };
}

/** Where somebody else has written or deleted the document meanwhile, there is nothing left to do. */
function isMisfit(outcome: WriteOutcome): boolean {
	if (outcome.ok) return false;
	const { id } = outcome.error;
	return (
		id !== "services.storage.document_already_exists" &&
		id !== "services.storage.not_found"
	);
}
