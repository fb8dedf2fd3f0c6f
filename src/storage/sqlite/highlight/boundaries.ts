/** Where pieces of a text begin and end. */
export class Boundaries {
	readonly #text: string;
	readonly #lengthMax: number;
	readonly #sentences: readonly number[];
	#words: readonly number[] | undefined;
	/** The sentences that the last piece was cut from, and its end. */
	#window = { from: -1, to: -1 };
	#end = -1;

	/** `lengthMax`: about how long pieces are; 0: a sentence each. */
	constructor(text: string, lengthMax: number) {
		this.#text = text;
		this.#lengthMax = lengthMax;
		this.#sentences = boundariesOf(text, "sentence");
	}

	/** The piece around a place, which is behind all former ones. */
	around(place: number): { from: number; to: number } {
		if (this.#lengthMax === 0) return this.#sentence(place);
		let from: number;
		let to: number;
		if (place + 1 > this.#window.from && place + 1 < this.#window.to) {
			from = this.#end;
			to = this.#window.to;
		} else {
			this.#window = this.#sentencesAround(place);
			({ from, to } = this.#window);
		}
		const cut =
			to - from > this.#lengthMax ? this.#cut(place, from, to) : { from, to };
		this.#end = cut.to;
		return cut;
	}

	#sentence(place: number) {
		return {
			from: before(this.#sentences, place + 1) ?? 0,
			to: behind(this.#sentences, place) ?? this.#text.length,
		};
	}

	/** As many sentences from the one of the place on as there is room for, one at least. */
	#sentencesAround(place: number) {
		const { from, to: first } = this.#sentence(place);
		let to = first;
		while (to - from < this.#lengthMax) {
			const next = behind(this.#sentences, to);
			if (next === undefined || next - from > this.#lengthMax) break;
			to = next;
		}
		return { from, to };
	}

	/** Of a sentence that is too long the words before the place, and those behind it that there is room for. */
	#cut(place: number, from: number, to: number) {
		this.#words ??= boundariesOf(this.#text, "word");
		const offset = place + 1;
		let start = from;
		if (offset - this.#lengthMax > from)
			start = Math.max(
				from,
				before(this.#words, offset - this.#lengthMax + 1) ?? 0,
			);
		const room = Math.max(0, this.#lengthMax - (offset - start));
		const end =
			offset + room < to
				? Math.min(to, behind(this.#words, offset + room) ?? to)
				: to;
		return { from: start, to: end };
	}
}

/** The beginnings of all parts, and the end of the text. */
function boundariesOf(
	text: string,
	granularity: "sentence" | "word",
): readonly number[] {
	const parts = new Intl.Segmenter("en", { granularity }).segment(text);
	return [...Array.from(parts, ({ index }) => index), text.length];
}

/** The last one before a place. */
function before(boundaries: readonly number[], place: number) {
	return boundaries[firstAtLeast(boundaries, place) - 1];
}

/** The first one behind a place. */
function behind(boundaries: readonly number[], place: number) {
	return boundaries[firstAtLeast(boundaries, place + 1)];
}

function firstAtLeast(boundaries: readonly number[], place: number): number {
	let low = 0;
	let high = boundaries.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((boundaries[middle] as number) < place) low = middle + 1;
		else high = middle;
	}
	return low;
}
