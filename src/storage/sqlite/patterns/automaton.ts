import { badRequest } from "../field-types.ts";
import type { PatternNode, Range } from "./pattern-tree.ts";

/**
 * A pattern as a finite automaton, run on a text in time proportional to the length of the text times the size of the pattern,
 * whatever the pattern is: all ways to go on are followed at once, and the sets of places that this leads to are remembered.
 * A pattern matches the whole text. Throws `unexpected_bad_request` for a pattern that is too large.
 */
export class Automaton {
	readonly #steps: Step[] = [];
	readonly #start: StateSet;
	#known = new Map<string, StateSet>();
	#transitions = 0;

	constructor(pattern: PatternNode) {
		const end = this.#add({ kind: "end" });
		this.#start = this.#toSet([this.#build(pattern, end)]);
	}

	matches(text: string): boolean {
		let state = this.#start;
		for (const char of text) {
			state = this.#next(state, char.codePointAt(0) ?? 0);
			if (state.readers.length === 0) return false;
		}
		return state.isEnd;
	}

	#next(state: StateSet, codePoint: number): StateSet {
		const known = state.next.get(codePoint);
		if (known !== undefined) return known;
		const targets: number[] = [];
		for (const index of state.readers) {
			const step = this.#steps[index] as Reader | End;
			if (step.kind === "read" && isIn(step.ranges, codePoint))
				targets.push(step.then);
		}
		const next = this.#toSet(targets);
		if (++this.#transitions > TRANSITIONS_KEPT_MAX) this.#forget();
		state.next.set(codePoint, next);
		return next;
	}

	/** What was remembered is only a matter of speed, so it may go at any time. */
	#forget(): void {
		for (const set of this.#known.values()) set.next.clear();
		this.#start.next.clear();
		this.#known = new Map();
		this.#transitions = 0;
	}

	/** The steps that read a character (or end) and are reached from these without reading one. */
	#toSet(from: readonly number[]): StateSet {
		const seen = new Set<number>();
		const waiting = [...from];
		const readers: number[] = [];
		for (
			let index = waiting.pop();
			index !== undefined;
			index = waiting.pop()
		) {
			if (seen.has(index)) continue;
			seen.add(index);
			const step = this.#steps[index] as Step;
			if (step.kind === "fork") waiting.push(...step.ways);
			else readers.push(index);
		}
		readers.sort((a, b) => a - b);
		const key = readers.join(",");
		let set = this.#known.get(key);
		if (set === undefined) {
			set = { readers, isEnd: readers[0] === END, next: new Map() };
			this.#known.set(key, set);
		}
		return set;
	}

	/** Adds the steps of the pattern before the step `then`; answers the first of them. */
	#build(node: PatternNode, then: number): number {
		switch (node.kind) {
			case "one":
				return this.#add({ kind: "read", ranges: node.ranges, then });
			case "all":
				return node.parts.reduceRight(
					(after, part) => this.#build(part, after),
					then,
				);
			case "either":
				return this.#add({
					kind: "fork",
					ways: node.parts.map((part) => this.#build(part, then)),
				});
			case "repeat":
				return this.#buildRepeat(node, then);
		}
	}

	#buildRepeat(
		{ part, min, max }: Extract<PatternNode, { kind: "repeat" }>,
		then: number,
	): number {
		let next = then;
		if (max === undefined) {
			const ways = [then];
			next = this.#add({ kind: "fork", ways });
			ways.push(this.#build(part, next));
		} else {
			for (let i = min; i < max; i++)
				next = this.#add({
					kind: "fork",
					ways: [then, this.#build(part, next)],
				});
		}
		for (let i = 0; i < min; i++) next = this.#build(part, next);
		return next;
	}

	#add(step: Step): number {
		if (this.#steps.length >= STEPS_MAX)
			throw badRequest(
				`a pattern is too complex: it needs more than ${STEPS_MAX} steps`,
			);
		return this.#steps.push(step) - 1;
	}
}

/** The number of the step that ends the pattern: the first that is added. */
const END = 0;

/** A text is read in at most this many steps a character. */
const STEPS_MAX = 2_000;

const TRANSITIONS_KEPT_MAX = 20_000;

interface Reader {
	readonly kind: "read";
	readonly ranges: readonly Range[];
	readonly then: number;
}

interface End {
	readonly kind: "end";
}

type Step =
	| Reader
	| End
	| { readonly kind: "fork"; readonly ways: readonly number[] };

interface StateSet {
	/** The numbers of steps, in order. */
	readonly readers: readonly number[];
	readonly isEnd: boolean;
	readonly next: Map<number, StateSet>;
}

function isIn(ranges: readonly Range[], codePoint: number): boolean {
	return ranges.some(
		([first, last]) => codePoint >= first && codePoint <= last,
	);
}
