import { createError } from "../errors/gateway-error.ts";

/** Lets a few hashes run at once; the rest wait in the order in which they came. */
export interface HashQueue {
	/**
	 * Runs the task when a place is free. Rejects with `api.process.overloaded` when too many wait already,
	 * and with the signal's reason when it is aborted before the task began; a task that began runs to its end.
	 */
	run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export interface HashQueueLimits {
	/** Tasks that run at once. libuv has four threads, which file access needs too: two is a good number. */
	readonly concurrency: number;
	/** Tasks that may wait. */
	readonly queueMax: number;
}

export function createHashQueue(limits: HashQueueLimits): HashQueue {
	const waiting = new Set<() => void>();
	let running = 0;

	function enter(signal: AbortSignal | undefined): Promise<void> | undefined {
		signal?.throwIfAborted();
		if (running < limits.concurrency) {
			running += 1;
			return undefined;
		}
		if (waiting.size >= limits.queueMax) {
			throw createError("api.process.overloaded");
		}
		return new Promise((resolve, reject) => {
			const abort = () => {
				waiting.delete(start);
				reject(signal?.reason);
			};
			const start = () => {
				signal?.removeEventListener("abort", abort);
				resolve();
			};
			waiting.add(start);
			signal?.addEventListener("abort", abort, { once: true });
		});
	}

	/** The place is handed to the next one in line, so that a newcomer cannot slip in between. */
	function leave(): void {
		const [next] = waiting;
		if (next === undefined) {
			running -= 1;
			return;
		}
		waiting.delete(next);
		next();
	}

	return {
		async run(task, signal) {
			await enter(signal);
			try {
				return await task();
			} finally {
				leave();
			}
		},
	};
}
