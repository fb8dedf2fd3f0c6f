import type { Clock } from "./clock.ts";

/** Waits until `wait` calls back, but no longer than so many milliseconds. */
export function orAfter(
	clock: Clock,
	limitMs: number,
	wait: (resolve: () => void) => void,
): Promise<void> {
	return new Promise((resolve) => {
		const cancel = clock.schedule(limitMs, resolve);
		wait(() => {
			cancel();
			resolve();
		});
	});
}
