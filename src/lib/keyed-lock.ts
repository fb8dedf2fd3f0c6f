/** Lets one task at a time run per key, in the order in which they came. Answers what the task does. */
export type KeyedLock = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** A lock within this process only. It holds no key that nobody waits for. */
export function createKeyedLock(): KeyedLock {
	const lastOf = new Map<string, Promise<void>>();
	return async (key, task) => {
		const turn = (lastOf.get(key) ?? Promise.resolve()).then(task);
		// The next one waits for the end, not for success.
		const ended = turn.then(
			() => undefined,
			() => undefined,
		);
		lastOf.set(key, ended);
		try {
			return await turn;
		} finally {
			if (lastOf.get(key) === ended) lastOf.delete(key);
		}
	};
}
