/** What the commands that copy a database have in common. */
import type { OpenStoreOptions } from "../compose/open-store.ts";
import type { LoadedConfig, StorageChoice } from "../config.ts";
import { createPinoLog } from "../lib/pino-log.ts";
import type { Storage } from "../storage/storage.ts";
import type { Call } from "./commands.ts";
import { loadCallConfig } from "./load-call-config.ts";
import { createProgress, type Progress } from "./progress.ts";
import { firstStopSignal } from "./stop-signals.ts";

export interface Copying {
	readonly loaded: LoadedConfig;
	/** Aborted by Ctrl-C and SIGTERM. */
	readonly signal: AbortSignal;
	readonly progress: Progress;
	/** Opens a store, which is closed when the command ends. */
	open(
		backend: StorageChoice["backend"],
		options: Pick<OpenStoreOptions, "mustExist">,
	): Promise<Storage>;
	/** Words for a person, where no archive can get between them. */
	say(text: string): void;
}

const STOPPED_STATUS = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs a command that copies. Answers its exit status; stopped by a signal, what that gives. `afterStop` says what is there then, and
 * how to go on.
 */
export async function copying(
	call: Call,
	afterStop: string,
	work: (tools: Copying) => Promise<number>,
): Promise<number> {
	const { stderr } = call.world;
	const stopping = new AbortController();
	let status = 1;
	void firstStopSignal().then((name) => {
		status = name === "SIGINT" ? STOPPED_STATUS.SIGINT : STOPPED_STATUS.SIGTERM;
		stopping.abort();
	});
	const loaded = loadCallConfig(call);
	for (const warning of loaded.warnings) stderr.write(`Warning: ${warning}\n`);
	const progress = createProgress({
		stream: stderr,
		quiet: call.flags.has("quiet"),
	});
	const stores: Storage[] = [];
	try {
		return await work({
			loaded,
			signal: stopping.signal,
			progress,
			async open(backend, options) {
				const { openStore } = await import("../compose/open-store.ts");
				const { config } = loaded;
				const log = errorsTo(stderr);
				const store = await openStore({ config, backend, log, ...options });
				stores.push(store);
				return store;
			},
			say(text) {
				progress.end();
				stderr.write(`${text}\n`);
			},
		});
	} catch (error) {
		if (!stopping.signal.aborted) throw error;
		progress.end();
		stderr.write(`Stopped. ${afterStop}\n`);
		return status;
	} finally {
		progress.end();
		for (const store of stores) await store.close();
	}
}

function errorsTo(stream: NodeJS.WriteStream) {
	return createPinoLog({
		level: "error",
		readable: true,
		write: (line) => stream.write(line),
	});
}
