import { GatewayError } from "../errors/gateway-error.ts";
import type { SearchHit, Storage } from "../storage/storage.ts";

/** `refused`: the store said no, with an error that is the caller's. `failed`: it could not answer. */
export type StoreOutcome = "ok" | "refused" | "failed";

export type StoreObserver = (
	operation: keyof Storage,
	outcome: StoreOutcome,
	seconds: number,
) => void;

/** Which members of the port are timed. A new one does not compile before it is named here. */
const TIMED = {
	backend: false,
	open: false,
	close: false,
	scan: false,
	health: true,
	info: true,
	createIndex: true,
	deleteIndex: true,
	indexExists: true,
	listIndexes: true,
	listEverything: true,
	measureCollections: true,
	createCollection: true,
	updateCollection: true,
	deleteCollection: true,
	truncateCollection: true,
	collectionExists: true,
	listCollections: true,
	getMappings: true,
	getSettings: true,
	get: true,
	mGet: true,
	exists: true,
	mExists: true,
	write: true,
	search: true,
	scroll: true,
	endScroll: true,
	refresh: true,
} as const satisfies Record<keyof Storage, boolean>;

/** The same store; each operation is told to `observe` once it ended. Of `scan`, each page is one operation. */
export function measureStorage(
	storage: Storage,
	observe: StoreObserver,
): Storage {
	const timed = Object.entries(TIMED).flatMap(([name, isTimed]) =>
		isTimed
			? [[name, timeOperation(storage, name as keyof Storage, observe)]]
			: [],
	);
	return {
		...(Object.fromEntries(timed) as Storage),
		backend: storage.backend,
		open: () => storage.open(),
		close: () => storage.close(),
		scan: (...args) => timePages(storage.scan(...args), observe),
	};
}

function timeOperation(
	storage: Storage,
	name: keyof Storage,
	observe: StoreObserver,
): (...args: unknown[]) => Promise<unknown> {
	const operation = storage[name] as (...args: unknown[]) => Promise<unknown>;
	return (...args) => time(name, operation.apply(storage, args), observe);
}

async function* timePages(
	pages: AsyncIterable<SearchHit[]>,
	observe: StoreObserver,
): AsyncIterable<SearchHit[]> {
	const iterator = pages[Symbol.asyncIterator]();
	try {
		for (;;) {
			const page = await time("scan", iterator.next(), observe);
			if (page.done === true) return;
			yield page.value;
		}
	} finally {
		// Whoever stops half-way must still set free what the scan holds.
		await iterator.return?.();
	}
}

/** A system clock counts whole milliseconds and may be set; most reads take less than one. */
async function time<T>(
	operation: keyof Storage,
	work: Promise<T>,
	observe: StoreObserver,
): Promise<T> {
	const startedAt = performance.now();
	const end = (outcome: StoreOutcome) =>
		observe(operation, outcome, (performance.now() - startedAt) / 1000);
	try {
		const answer = await work;
		end("ok");
		return answer;
	} catch (error) {
		end(isRefusal(error) ? "refused" : "failed");
		throw error;
	}
}

function isRefusal(error: unknown): boolean {
	return error instanceof GatewayError && error.status < 500;
}
