import { DocumentView } from "../../src/koncorde/document-view.ts";
import { FilterIndex } from "../../src/koncorde/filter-index.ts";
import { keyOf, normalise } from "../../src/koncorde/normalise.ts";
import { parseFilter } from "../../src/koncorde/parse-filter.ts";
import type { Figure } from "../lib/bench.ts";
import type { Row } from "../lib/row.ts";
import { median, spread } from "../lib/statistics.ts";
import { describeCost, takeTurns, type Work } from "../lib/turns.ts";

const FEW = 10;
const MANY = 10_000;
const MATCHES_PER_RUN = 1_000;

/** Of each kind the n-th filter, which the n-th document alone matches. */
const KINDS: Readonly<Record<string, (n: number) => unknown>> = {
	equals: (n) => ({ equals: { name: nameOf(n) } }),
	range: (n) => ({ range: { size: { gte: n, lt: n + 1 } } }),
	geoDistance: (n) => ({
		geoDistance: { place: placeOf(n), distance: "1km" },
	}),
	"regexp, without operators": (n) => ({
		regexp: { name: `^${nameOf(n)}$` },
	}),
	"regexp, somewhere in a text": (n) => ({
		regexp: { title: `item-${n}-x` },
	}),
	"regexp, with a class repeated": (n) => ({
		regexp: { name: `^${nameOf(n)}[a-z]*$` },
	}),
};

export const filters: Figure = {
	name: "filters",
	summary: `matching a document against ${MANY} different filters, of which one matches, against ${FEW}`,
	async measure(bench) {
		const rows: Row[] = [];
		for (const [kind, filterOf] of Object.entries(KINDS)) {
			const turns = await takeTurns(
				matching(filterOf, MANY),
				matching(filterOf, FEW),
				bench,
			);
			// Costs, so that the rate's ratio is the inverse.
			const ratios = turns.ratios.map((ratio) => 1 / ratio);
			rows.push({
				figure: "k",
				what: `${MANY} filters: ${kind}`,
				ours: describeCost(turns.ours),
				opponent: `${FEW} filters: ${describeCost(turns.theirs)}`,
				value: median(ratios),
				unit: "×",
				spread: spread(ratios),
				target: { atLeast: 0.5 },
				voidReason: null,
				measured: turns,
			});
			bench.say(`  ${kind}: ${median(ratios).toFixed(2)}`);
		}
		return rows;
	},
};

function matching(filterOf: (n: number) => unknown, count: number): Work {
	const index = new FilterIndex();
	for (let n = 0; n < count; n++) {
		const filter = normalise(parseFilter(filterOf(n)));
		index.add(keyOf(filter), filter);
	}
	let next = 0;
	return {
		units: MATCHES_PER_RUN,
		run() {
			for (let q = 0; q < MATCHES_PER_RUN; q++) {
				next = (next + 1) % count;
				const found = index.match(new DocumentView(documentOf(next), "id"));
				if (found.length !== 1)
					throw new Error(`${found.length} filters match document ${next}.`);
			}
		},
	};
}

function documentOf(n: number) {
	return {
		name: nameOf(n),
		size: n + 0.5,
		title: `the item-${n}-x`,
		place: placeOf(n),
		more: "abc",
	};
}

function nameOf(n: number): string {
	return `n${n.toString().padStart(5, "0")}`;
}

/** A degree apart, in latitudes of the northern half. */
function placeOf(n: number) {
	return { lat: (n % 80) + 0.5, lon: Math.floor(n / 80) + 0.5 };
}
