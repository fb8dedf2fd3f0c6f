import type { Bindings } from "./placeholders.ts";

/** Tells whether two elements go together, binding placeholders in what it is given. */
export type Fits<E, A> = (
	expected: E,
	actual: A,
	bindings: Bindings,
) => boolean;

/** A set of n elements that all look alike could be tried in n! orders; past this many tries it counts as different. */
const ATTEMPTS_MAX = 10_000;

/**
 * Gives each expected element an actual element of its own, whatever their order.
 * Answers null when that works out (placeholders are then bound), else the index of an expected element that finds no partner.
 */
export function pairUp<E, A>(
	expected: readonly E[],
	actual: readonly A[],
	bindings: Bindings,
	fits: Fits<E, A>,
): number | null {
	let attemptsLeft = ATTEMPTS_MAX;
	let deepest = 0;
	/** Depth first: finds the element a partner, then the rest; goes back where the rest fails. */
	const assign = (index: number, left: readonly A[], known: Bindings) => {
		if (index === expected.length) return true;
		deepest = Math.max(deepest, index);
		for (const [i, candidate] of left.entries()) {
			if (attemptsLeft-- <= 0) return false;
			const fork = known.fork();
			if (!fits(expected[index] as E, candidate, fork)) continue;
			const rest = left.filter((_, other) => other !== i);
			if (!assign(index + 1, rest, fork)) continue;
			known.adopt(fork);
			return true;
		}
		return false;
	};
	return assign(0, actual, bindings) ? null : deepest;
}
