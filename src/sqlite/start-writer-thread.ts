import { Worker } from "node:worker_threads";
import { moduleUrl } from "./program.ts";

/**
 * Starts the thread of a writer, which loads its code and then waits to be told its file. That takes a fifth of the time that
 * the whole program needs to start, so who knows that a database will be opened can start it before loading the rest. Until
 * a Writer takes it, it does not keep the process alive.
 */
export function startWriterThread(): Worker {
	const thread = new Worker(
		new URL(moduleUrl("writer-thread", import.meta.url)),
		{
			name: "portico-writer",
			resourceLimits: {
				maxYoungGenerationSizeMb: 8,
				maxOldGenerationSizeMb: 512,
			},
		},
	);
	thread.unref();
	return thread;
}
