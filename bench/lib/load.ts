import { once } from "node:events";
import type { LoadAnswer, Run, Sample } from "../load/plan.ts";
import { type Child, startScript } from "./children.ts";

/** The load process, seen from here. */
export class Load {
	readonly #child: Child;

	constructor(core: number | null) {
		this.#child = startScript("load/load-process.js", {}, core);
	}

	/** Rejects when an answer is not what it should be. */
	async run(run: Run): Promise<Sample> {
		const answered = once(this.#child.process, "message");
		this.#child.process.send(run);
		const [answer] = (await answered) as [LoadAnswer];
		if ("error" in answer) throw new Error(answer.error);
		return answer.sample;
	}

	async stop(): Promise<void> {
		await this.#child.stop();
	}
}
