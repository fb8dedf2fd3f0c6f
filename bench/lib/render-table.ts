import { type Row, type Target, verdict } from "./row.ts";

const HEAD = [
	"",
	"figure",
	"ours",
	"opponent",
	"median",
	"min–max",
	"by CPU time",
	"target",
	"verdict",
];

/** The rows as a Markdown table with even columns, and a line below for each that is void. */
export function renderTable(rows: readonly Row[]): string {
	const cells = [HEAD, ...rows.map(toCells)];
	const widths = HEAD.map((_, column) =>
		Math.max(...cells.map((row) => [...(row[column] ?? "")].length)),
	);
	const lines = cells.map((row) => line(row, widths));
	lines.splice(1, 0, `|${widths.map((w) => "-".repeat(w + 2)).join("|")}|`);
	const remarks = rows.flatMap(({ figure, what, voidReason }) =>
		voidReason === null ? [] : [`${figure} ${what}: void, ${voidReason}.`],
	);
	return [...lines, ...(remarks.length === 0 ? [] : ["", ...remarks])].join(
		"\n",
	);
}

function toCells(row: Row): string[] {
	const {
		figure,
		what,
		ours,
		opponent,
		value,
		unit,
		spread,
		cpuRatio,
		target,
	} = row;
	return [
		figure,
		what,
		ours,
		opponent,
		format(value, unit),
		`${format(spread[0], unit)}–${format(spread[1], unit)}`,
		cpuRatio === undefined ? "" : cpuRatio.toFixed(2),
		formatTarget(target, unit),
		verdict(row),
	];
}

function line(cells: readonly string[], widths: readonly number[]): string {
	const padded = cells.map(
		(cell, column) =>
			cell + " ".repeat((widths[column] ?? 0) - [...cell].length),
	);
	return `| ${padded.join(" | ")} |`;
}

function formatTarget(target: Target, unit: Row["unit"]): string {
	return "atLeast" in target
		? `≥ ${format(target.atLeast, unit)}`
		: `≤ ${format(target.atMost, unit)}`;
}

function format(value: number, unit: Row["unit"]): string {
	if (unit === "×") return value.toFixed(2);
	return `${value.toFixed(unit === "MB" ? 1 : 0)} ${unit}`;
}
