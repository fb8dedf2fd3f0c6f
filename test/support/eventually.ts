import { setTimeout as pause } from "node:timers/promises";

/** For what never comes, not for what is slow. */
const DEADLINE_MS = 60_000;
const STEP_MS = 20;

/** Waits until it holds. Rejects, saying what was waited for, when it never does. */
export async function eventually(
	what: string,
	holds: () => boolean | Promise<boolean>,
): Promise<void> {
	const end = Date.now() + DEADLINE_MS;
	while (!(await holds())) {
		if (Date.now() > end) throw new Error(`It never came to this: ${what}.`);
		await pause(STEP_MS);
	}
}
