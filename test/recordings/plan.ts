import { needs, type StandIn, settings, standIns } from "./conditions.ts";
import { applyChange, type Backend } from "./difference.ts";
import { differences } from "./differences.ts";
import type { Recording, Step } from "./recording.ts";

/** How to play one recording. Steps are counted from 1. */
export interface Plan {
	/** What we answer: the recorded answers with our differences in them. */
	readonly recording: Recording;
	/** The actions that steps rest on, beside their own. */
	readonly needs: ReadonlyMap<number, readonly string[]>;
	readonly standIns: ReadonlyMap<number, StandIn>;
	/** Nested overrides of the configuration. */
	readonly config: Readonly<Record<string, unknown>>;
	readonly timeScale: number;
}

export function createPlan(recording: Recording, backend: Backend): Plan {
	const { scenario } = recording;
	const setting = settings.find((row) => row.scenario === scenario);
	return {
		recording: toOurs(recording, backend),
		needs: new Map(
			needs
				.filter((row) => row.scenario === scenario)
				.flatMap((row) => row.steps.map((step) => [step, row.needs] as const)),
		),
		standIns: new Map(
			standIns
				.filter((row) => row.scenario === scenario)
				.map((row) => [row.step, row] as const),
		),
		config: setting?.config ?? {},
		timeScale: setting?.timeScale ?? 1,
	};
}

/** Single steps first: what they add is then rewritten like the rest. */
function toOurs(recording: Recording, backend: Backend): Recording {
	const steps = recording.steps.map((step, i) =>
		changeStep(step, recording.scenario, i + 1, backend),
	);
	return differences.reduce<Recording>(
		(ours, difference) => difference.rewrite?.(ours) ?? ours,
		{ ...recording, steps },
	);
}

function changeStep(
	step: Step,
	scenario: string,
	number: number,
	backend: Backend,
): Step {
	const response = differences
		.flatMap((difference) => difference.steps ?? [])
		.filter((row) => row.scenario === scenario && row.step === number)
		.filter((row) => row.backend === undefined || row.backend === backend)
		.reduce<unknown>(
			(answer, row) => applyChange(answer, row.ours),
			step.response,
		);
	return { ...step, response } as Step;
}
