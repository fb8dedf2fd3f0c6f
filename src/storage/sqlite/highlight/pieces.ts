import type { HighlightedField } from "../../../search/highlight.ts";
import { Boundaries } from "./boundaries.ts";
import type { Place } from "./finds.ts";

/** A text of a field, and what was found in it. */
export interface FoundText {
	readonly text: string;
	readonly places: readonly Place[];
}

interface Piece {
	readonly text: string;
	/** Of the text, and of the piece in all texts of the field, one after the other. */
	readonly base: number;
	readonly from: number;
	readonly to: number;
	readonly places: Place[];
}

/**
 * The pieces of the texts of a field that something was found in, marked: the best ones, in their order. As Elasticsearch's
 * unified highlighter: pieces begin and end where sentences do, or where words do in a sentence that is too long. `isWhole`:
 * a text is one piece.
 */
export function markedPieces(
	texts: readonly FoundText[],
	field: HighlightedField,
	isWhole: boolean,
): string[] {
	const pieces: Piece[] = [];
	let base = 0;
	for (const { text, places } of texts) {
		pieces.push(...piecesOf(text, places, base, isWhole ? undefined : field));
		// One character stands between two texts.
		base += text.length + 1;
	}
	const length = Math.max(0, base - 1);
	const most = field.fragmentsMax === 0 ? pieces.length : field.fragmentsMax;
	const scored = pieces
		.map((piece) => ({ piece, score: scoreOf(piece, length) }))
		.sort((a, b) => b.score - a.score || startOf(a.piece) - startOf(b.piece))
		.slice(0, most);
	if (!field.isByScore)
		scored.sort((a, b) => startOf(a.piece) - startOf(b.piece));
	return scored.map(({ piece }) => {
		const text = marked(piece, field);
		return isWhole ? text : text.trim();
	});
}

function startOf({ base, from }: Piece): number {
	return base + from;
}

function piecesOf(
	text: string,
	places: readonly Place[],
	base: number,
	field: HighlightedField | undefined,
): Piece[] {
	const boundaries =
		field === undefined ? undefined : new Boundaries(text, field.fragmentSize);
	const pieces: Piece[] = [];
	let last: Piece | undefined;
	/** What was found at the end of one piece may reach into the next, which begins behind it. */
	let reached = 0;
	for (const place of places) {
		if (last === undefined || place.from >= last.to) {
			const { from, to } = boundaries?.around(place.from) ?? {
				from: 0,
				to: text.length,
			};
			last = { text, base, from: Math.max(from, reached), to, places: [] };
			pieces.push(last);
		}
		last.places.push(place);
		reached = Math.max(reached, place.to);
	}
	return pieces;
}

const K1 = 1.2;
const B = 0.75;
/** About how long a piece is. */
const PIVOT = 87;

/** As Lucene weighs passages: BM25, each piece a document; what is found early counts a little more. */
function scoreOf({ base, from, to, places }: Piece, length: number): number {
	const counts = new Map<number, number>();
	for (const { find } of places) counts.set(find, (counts.get(find) ?? 0) + 1);
	const weight = (K1 + 1) * Math.log(1 + (1 + length / PIVOT + 0.5) / 1.5);
	const norm = K1 * (1 - B + B * ((to - from) / PIVOT));
	let score = 0;
	for (const count of counts.values())
		score += (count / (count + norm)) * weight;
	return score * (1 + 1 / Math.log(PIVOT + base + from));
}

/** Places that overlap are marked as one. */
function marked(
	{ text, from, to, places }: Piece,
	{ preTag, postTag }: HighlightedField,
): string {
	let result = "";
	let at = from;
	for (let index = 0; index < places.length; ) {
		const first = places[index] as Place;
		let end = first.to;
		for (index++; (places[index]?.from ?? end) < end; index++)
			end = Math.max(end, (places[index] as Place).to);
		const start = Math.max(at, first.from);
		end = Math.max(start, Math.min(end, to));
		result += `${text.slice(at, start)}${preTag}${text.slice(start, end)}${postTag}`;
		at = end;
	}
	return `${result}${text.slice(at, to)}`;
}
