import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Cores } from "./cores.ts";
import { Load } from "./load.ts";
import type { Row } from "./row.ts";

/** What a figure is measured with. */
export interface Bench {
	readonly cores: Cores | null;
	readonly load: Load;
	readonly rounds: number;
	readonly seconds: number;
	readonly warmUpSeconds: number;
	/** An empty folder, removed at the end. */
	folder(): Promise<string>;
	/** Remembers what is to be stopped at the end, in reverse order, whatever happens. */
	closing<T extends { stop(): Promise<void> }>(started: T): T;
	say(line: string): void;
}

export interface Figure {
	/** To be asked for by name. */
	readonly name: string;
	readonly summary: string;
	/** It takes many minutes: measured only when it is asked for. */
	readonly isLong?: true;
	measure(bench: Bench): Promise<Row[]>;
}

export interface BenchSettings {
	readonly cores: Cores | null;
	readonly rounds: number;
	readonly seconds: number;
	readonly warmUpSeconds: number;
	say(line: string): void;
}

/** Measures one figure with processes of its own, and leaves nothing behind. */
export async function measure(
	figure: Figure,
	settings: BenchSettings,
): Promise<Row[]> {
	const stops: (() => Promise<void>)[] = [];
	const load = new Load(settings.cores?.load ?? null);
	stops.push(() => load.stop());
	try {
		return await figure.measure({
			...settings,
			load,
			async folder() {
				const made = await mkdtemp(path.join(tmpdir(), "portico-bench-"));
				stops.push(() => rm(made, { recursive: true, force: true }));
				return made;
			},
			closing(started) {
				stops.push(() => started.stop());
				return started;
			},
		});
	} finally {
		for (const stop of stops.reverse()) await stop();
	}
}
