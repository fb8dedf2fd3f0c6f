import type { Recording } from "./recording.ts";

/** One way in which Portico differs from Kuzzle on purpose, told to users and, where a recording shows it, asserted. */
export interface Difference {
	readonly title: string;
	readonly kuzzle: string;
	readonly portico: string;
	readonly why: string;
	/** The test file that holds us to it. */
	readonly test: string;
	/** Turns every recording that shows the difference into one of ours. */
	readonly rewrite?: (recording: Recording) => Recording;
	/** The single steps that show it. */
	readonly steps?: readonly StepDifference[];
}

export interface StepDifference {
	readonly scenario: string;
	/** From 1. */
	readonly step: number;
	/** Only with this store; absent: with both. */
	readonly backend?: Backend;
	readonly ours: Change;
}

export type Backend = "sqlite" | "elasticsearch";

/** What ours is, by dotted path within the recorded `response`; a function makes it of what was recorded. "" is all of it. */
export type Change = Readonly<Record<string, unknown>>;

/** The recorded answer with our values in it. The recording is not touched. */
export function applyChange(response: unknown, change: Change): unknown {
	return Object.entries(change).reduce(
		(answer, [path, value]) =>
			setIn(answer, path === "" ? [] : path.split("."), value),
		response,
	);
}

function setIn(
	value: unknown,
	path: readonly string[],
	ours: unknown,
): unknown {
	const [key, ...rest] = path;
	if (key === undefined) return typeof ours === "function" ? ours(value) : ours;
	if (Array.isArray(value))
		return value.map((item, i) =>
			String(i) === key ? setIn(item, rest, ours) : item,
		);
	const record = value as Record<string, unknown>;
	return { ...record, [key]: setIn(record[key], rest, ours) };
}
