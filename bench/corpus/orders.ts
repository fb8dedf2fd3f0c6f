// The corpus "orders": documents of an imagined shop, always the same ones. Nothing is stored: the n-th document is worked out from n.
import { createRandom, type Random } from "./random.ts";

/** A document of the corpus: about 400 bytes of JSON, five indexed fields and one text. */
export interface Order {
	readonly customer: string;
	readonly status: string;
	readonly amount: number;
	readonly quantity: number;
	readonly placedAt: number;
	readonly note: string;
}

export const ORDERS_MAPPING = {
	dynamic: "strict",
	properties: {
		customer: { type: "keyword" },
		status: { type: "keyword" },
		amount: { type: "double" },
		quantity: { type: "integer" },
		placedAt: { type: "date" },
		note: { type: "text" },
	},
} as const;

/** Documents that one customer has, whatever the size of the corpus. */
export const ORDERS_PER_CUSTOMER = 10;
/** Stands in nine of ten notes. */
export const COMMON_WORD = "order";

const STATUSES = ["placed", "paid", "packed", "sent", "returned"] as const;
const BEGIN = Date.UTC(2024, 0, 1);
const TWO_YEARS_MS = 2 * 365 * 86_400_000;
const WORDS = 5_000;
const NOTE_WORDS = 36;

/** As spread as a random one: neighbours in time are none by id. */
export function orderId(n: number): string {
	const random = createRandom(n ^ 0x5eed);
	return `${hex(random)}${hex(random)}${n.toString(16)}`;
}

export function order(n: number): Order {
	const random = createRandom(n);
	return {
		customer: customerOf(n),
		status: STATUSES[Math.floor(random() * STATUSES.length)] ?? "placed",
		amount: Math.round(random() * 100_000) / 100,
		quantity: 1 + Math.floor(random() * 100),
		placedAt: BEGIN + Math.floor(random() * TWO_YEARS_MS),
		note: note(random),
	};
}

export function customerOf(n: number): string {
	return `customer-${Math.floor(n / ORDERS_PER_CUSTOMER)
		.toString()
		.padStart(7, "0")}`;
}

/** The word with this rank: the higher it is, the rarer the word. */
export function wordOf(rank: number): string {
	let left = rank + 100;
	let word = "";
	while (left > 0) {
		const syllable = left % SYLLABLES.length;
		word += SYLLABLES[syllable];
		left = Math.floor(left / SYLLABLES.length);
	}
	return word;
}

const SYLLABLES = [
	"ba",
	"den",
	"fi",
	"go",
	"hul",
	"ka",
	"lor",
	"mi",
	"ne",
	"pu",
	"ros",
	"ta",
];

/** Ranks by a square of a chance: frequent words and rare ones, as in a language. */
function note(random: Random): string {
	const words = random() < 0.9 ? [COMMON_WORD] : [];
	while (words.length < NOTE_WORDS)
		words.push(wordOf(Math.floor(random() ** 3 * WORDS)));
	return words.join(" ");
}

function hex(random: Random): string {
	return Math.floor(random() * 0x1_0000_0000)
		.toString(16)
		.padStart(8, "0");
}
