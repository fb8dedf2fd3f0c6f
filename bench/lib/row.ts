import type { Sample } from "../load/plan.ts";
import type { Contest } from "./contest.ts";
import { median, spread } from "./statistics.ts";

/** One line of the result. */
export interface Row {
	/** As the issue names it: a, b, … */
	readonly figure: string;
	readonly what: string;
	/** The two that are compared, as a person reads them. */
	readonly ours: string;
	readonly opponent: string;
	readonly value: number;
	readonly unit: "×" | "ms" | "MB";
	readonly spread: readonly [number, number];
	/** The ratio by processor time, where there is one. */
	readonly cpuRatio?: number;
	readonly target: Target;
	/** Why the figure says nothing, or null. */
	readonly voidReason: string | null;
	/** Everything that was measured. */
	readonly measured: unknown;
}

export type Target = { readonly atLeast: number } | { readonly atMost: number };

export type Verdict = "met" | "MISSED" | "VOID";

export function verdict({ value, target, voidReason }: Row): Verdict {
	if (voidReason !== null || Number.isNaN(value)) return "VOID";
	const isMet =
		"atLeast" in target ? value >= target.atLeast : value <= target.atMost;
	return isMet ? "met" : "MISSED";
}

/** The row of two that took turns. */
export function contestRow(
	contest: Contest,
	about: Pick<Row, "figure" | "what" | "target"> & {
		readonly opponent: string;
	},
): Row {
	return {
		...about,
		ours: describe(contest.ours),
		opponent: `${about.opponent}: ${describe(contest.theirs)}`,
		value: median(contest.ratios),
		unit: "×",
		spread: spread(contest.ratios),
		...(contest.cpuRatios.length === 0
			? {}
			: { cpuRatio: median(contest.cpuRatios) }),
		voidReason: contest.voidReason,
		measured: contest,
	};
}

/** "41 200/s (23 µs)": answers a second, and the server's processor time for each. */
function describe(samples: readonly Sample[]): string {
	const rate = Math.round(median(samples.map((sample) => sample.rate)));
	const costs = samples.flatMap(({ serverMicroseconds }) =>
		serverMicroseconds === null ? [] : [serverMicroseconds],
	);
	const cost = costs.length === 0 ? "" : ` (${Math.round(median(costs))} µs)`;
	return `${rate.toLocaleString("en").replaceAll(",", " ")}/s${cost}`;
}
