import { setTimeout as sleep } from "node:timers/promises";

const END_TIMEOUT_MS = 20_000;

/** Resolves when the group is gone; one that does not end in time is killed. */
export async function endGroup(
	pid: number,
	signal: NodeJS.Signals = "SIGTERM",
): Promise<void> {
	signalGroup(pid, "SIGCONT");
	signalGroup(pid, signal);
	const killAt = Date.now() + END_TIMEOUT_MS;
	// Dead processes that nobody reaps still count as members of their group, so there is a second limit.
	const giveUpAt = killAt + END_TIMEOUT_MS;
	while (signalGroup(pid, 0) && Date.now() < giveUpAt) {
		if (Date.now() > killAt) signalGroup(pid, "SIGKILL");
		await sleep(50);
	}
}

/** False when no process of the group is left. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
	try {
		process.kill(-pid, signal);
		return true;
	} catch {
		return false;
	}
}
