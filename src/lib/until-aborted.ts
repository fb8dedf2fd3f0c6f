/**
 * Waits for the work, but no longer than until the signal fires; then rejects with its reason. The work itself goes on: it
 * belongs to others too, or cannot be stopped.
 */
export async function untilAborted<T>(
	work: Promise<T>,
	signal: AbortSignal,
): Promise<T> {
	let stop = () => {};
	const aborted = new Promise<never>((_, reject) => {
		const onAbort = () => reject(signal.reason);
		if (signal.aborted) onAbort();
		else signal.addEventListener("abort", onAbort, { once: true });
		stop = () => signal.removeEventListener("abort", onAbort);
	});
	return Promise.race([work, aborted]).finally(stop);
}
