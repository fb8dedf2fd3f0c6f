/**
 * Resolves at the first SIGINT or SIGTERM. A second one does not wait for the graceful stop: it ends the process with
 * the status that the signal itself would give.
 */
export function firstStopSignal(): Promise<NodeJS.Signals> {
	return new Promise((resolve) => {
		let stopping = false;
		for (const [signal, number] of STOP_SIGNALS)
			process.on(signal, () => {
				if (stopping) process.exit(128 + number);
				stopping = true;
				resolve(signal);
			});
	});
}

const STOP_SIGNALS = [
	["SIGINT", 2],
	["SIGTERM", 15],
] as const;
