import type { RequiredText } from "../regular-expression.ts";
import { Buckets } from "./buckets.ts";

/** A text at the beginning of a value is cut to so many characters: a value is looked at by each of its beginnings up to that. */
const START_MAX = 32;
/** A text anywhere is cut to a piece of one of these lengths, so that a value is looked at in so many sizes of pieces only. */
const LENGTHS = [32, 16, 8, 4, 2, 1] as const;
/** Of a text anywhere so many of its pieces are compared. */
const PIECES_MAX = 64;

/** Texts that must stand in a value, by their first characters, or by the piece that fewest of them share. */
export class TextIndex<T> {
	readonly #atStart = new Buckets<string, T>();
	/** How many texts have each length: the other lengths are not looked for. */
	readonly #startLengths = new Map<number, number>();
	readonly #anywhere = LENGTHS.map(() => new Buckets<string, T>());

	add({ text, atStart }: RequiredText, entry: T): void {
		if (atStart) {
			const start = text.slice(0, START_MAX);
			this.#atStart.add(start, entry);
			this.#countStart(start.length, 1);
			return;
		}
		const { buckets, pieces } = this.#piecesOf(text);
		let best = pieces[0] as string;
		for (const piece of pieces)
			if (buckets.sizeOf(piece) < buckets.sizeOf(best)) best = piece;
		buckets.add(best, entry);
	}

	/** All texts of the entry go, one after the other, before it may come again. */
	delete({ text, atStart }: RequiredText, entry: T): void {
		if (atStart) {
			const start = text.slice(0, START_MAX);
			this.#atStart.delete(start, entry);
			this.#countStart(start.length, -1);
			return;
		}
		const { buckets, pieces } = this.#piecesOf(text);
		for (const piece of pieces) buckets.delete(piece, entry);
	}

	/** Shows `meet` the entries whose text may stand in the value; some of them more than once. */
	meet(value: string, meet: (entry: T) => void): void {
		for (const length of this.#startLengths.keys())
			if (length <= value.length)
				this.#atStart.meet(value.slice(0, length), meet);
		for (const [level, length] of LENGTHS.entries()) {
			const anywhere = this.#anywhere[level];
			if (anywhere === undefined || anywhere.isEmpty) continue;
			for (let at = 0; at + length <= value.length; at++)
				anywhere.meet(value.slice(at, at + length), meet);
		}
	}

	#countStart(length: number, change: number): void {
		const count = (this.#startLengths.get(length) ?? 0) + change;
		if (count === 0) this.#startLengths.delete(length);
		else this.#startLengths.set(length, count);
	}

	/** A required text is never empty. */
	#piecesOf(text: string) {
		const level = LENGTHS.findIndex((length) => length <= text.length);
		const length = LENGTHS[level] as number;
		const count = Math.min(PIECES_MAX, text.length - length + 1);
		const pieces = Array.from({ length: count }, (_, at) =>
			text.slice(at, at + length),
		);
		return { buckets: this.#anywhere[level] as Buckets<string, T>, pieces };
	}
}
