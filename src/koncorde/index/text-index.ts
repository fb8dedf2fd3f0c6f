import type { RequiredText } from "../regular-expression.ts";
import { Buckets } from "./buckets.ts";

/** A required text is cut to one of these lengths, so that a value is looked at in so many sizes of pieces only. */
const LENGTHS = [32, 16, 8, 4, 2, 1] as const;

/** Texts that must stand in a value, by their first characters. */
export class TextIndex<T> {
	readonly #atStart = LENGTHS.map(() => new Buckets<string, T>());
	readonly #anywhere = LENGTHS.map(() => new Buckets<string, T>());

	add(required: RequiredText, entry: T): void {
		this.#bucketsOf(required)?.buckets.add(this.#pieceOf(required), entry);
	}

	delete(required: RequiredText, entry: T): void {
		this.#bucketsOf(required)?.buckets.delete(this.#pieceOf(required), entry);
	}

	/** Shows `meet` the entries whose text may stand in the value. */
	meet(value: string, meet: (entry: T) => void): void {
		for (const [level, length] of LENGTHS.entries()) {
			this.#atStart[level]?.meet(value.slice(0, length), meet);
			const anywhere = this.#anywhere[level];
			if (anywhere === undefined || anywhere.isEmpty) continue;
			for (let at = 0; at + length <= value.length; at++)
				anywhere.meet(value.slice(at, at + length), meet);
		}
	}

	#bucketsOf({ text, atStart }: RequiredText) {
		const level = LENGTHS.findIndex((length) => length <= text.length);
		const buckets = (atStart ? this.#atStart : this.#anywhere)[level];
		return buckets && { buckets };
	}

	#pieceOf({ text }: RequiredText): string {
		const length = LENGTHS.find((candidate) => candidate <= text.length) ?? 0;
		return text.slice(0, length);
	}
}
