import type { CallObserver } from "./execute.ts";

/** One observer that tells them all, in order; undefined for none, so that the pipeline does nothing at all. */
export function combineObservers(
	observers: readonly (CallObserver | null | undefined)[],
): CallObserver | undefined {
	const present = observers.filter((observer) => observer != null);
	if (present.length < 2) return present[0];
	return {
		ended(call) {
			for (const observer of present) observer.ended(call);
		},
	};
}
