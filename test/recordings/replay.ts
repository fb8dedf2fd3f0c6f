import { setTimeout as sleep } from "node:timers/promises";
import { isObject } from "../../src/lib/json.ts";
import type { BuiltActions } from "./built-actions.ts";
import { describeMismatch } from "./compare.ts";
import { compareFrames } from "./compare-frames.ts";
import { type Address, compareHttp, exchange } from "./http-exchange.ts";
import { toPayload } from "./payload.ts";
import { Bindings, UnboundPlaceholder } from "./placeholders.ts";
import type { Plan } from "./plan.ts";
import type {
	Frame,
	HttpStep,
	SocketStep,
	Step,
	WaitStep,
} from "./recording.ts";
import { skipReason } from "./skip-reason.ts";
import { Sockets } from "./sockets.ts";

export type StepOutcome =
	| { readonly kind: "passed" }
	| { readonly kind: "failed"; readonly difference: string }
	| { readonly kind: "skipped"; readonly reason: string };

export interface StepReport {
	/** From 1, as in the recording. */
	readonly number: number;
	/** `GET /_now`, `ws c1 server:now`. */
	readonly title: string;
	readonly outcome: StepOutcome;
}

/** Plays one recording, as changed by the plan, against a server and tells how each step went. Rejects never. */
export async function replay(
	plan: Plan,
	address: Address,
	built: BuiltActions,
): Promise<StepReport[]> {
	const player = new Player(address, plan, built);
	try {
		const reports: StepReport[] = [];
		for (const [i, step] of plan.recording.steps.entries()) {
			const outcome = await player.play(step, i + 1);
			reports.push({ number: i + 1, title: titleOf(step), outcome });
		}
		return reports;
	} finally {
		player.end();
	}
}

/** `auth-login #5 POST /_login/local | status: recorded 401, ours …` */
export function failureLines(
	scenario: string,
	reports: readonly StepReport[],
): string[] {
	return reports.flatMap(({ number, title, outcome }) =>
		outcome.kind === "failed"
			? [`${scenario} #${number} ${title} | ${outcome.difference}`]
			: [],
	);
}

/** `3 skipped: document:get is not built yet (#1, #4, #5)`, a line for each reason. */
export function skipLines(reports: readonly StepReport[]): string[] {
	const byReason = new Map<string, number[]>();
	for (const { number, outcome } of reports) {
		if (outcome.kind !== "skipped") continue;
		const numbers = byReason.get(outcome.reason) ?? [];
		byReason.set(outcome.reason, [...numbers, number]);
	}
	return [...byReason].map(
		([reason, numbers]) =>
			`${numbers.length} skipped: ${reason} (${numbers.map((number) => `#${number}`).join(", ")})`,
	);
}

class Player {
	#address: Address;
	#plan: Plan;
	#built: BuiltActions;
	#sockets: Sockets;
	#bindings = new Bindings();
	#hasSkipped = false;

	constructor(address: Address, plan: Plan, built: BuiltActions) {
		this.#address = address;
		this.#plan = plan;
		this.#built = built;
		this.#sockets = new Sockets(address);
	}

	end(): void {
		this.#sockets.closeAll();
	}

	async play(step: Step, number: number): Promise<StepOutcome> {
		const standIn = this.#plan.standIns.get(number);
		if (standIn !== undefined && !this.#built.has(standIn.needs))
			return this.#playStandIn(standIn.request);
		const reason = skipReason(step, number, this.#plan, this.#built);
		if (reason !== null) return this.#skip(reason);
		try {
			return toOutcome(await this.#compare(step));
		} catch (error) {
			// After a skipped step its values are missing; nothing else may be.
			if (error instanceof UnboundPlaceholder && this.#hasSkipped)
				return this.#skip(error.message);
			return { kind: "failed", difference: String(error) };
		}
	}

	#skip(reason: string): StepOutcome {
		this.#hasSkipped = true;
		return { kind: "skipped", reason };
	}

	async #playStandIn(request: HttpStep["request"]): Promise<StepOutcome> {
		const answer = await exchange(this.#address, request);
		if ("status" in answer && answer.status === 200)
			return this.#skip("a built action stands in for it");
		const got = "failed" in answer ? answer.failed : String(answer.bytes);
		return { kind: "failed", difference: `its stand-in was refused: ${got}` };
	}

	#compare(step: Step): Promise<string | null> {
		if (step.via === "http") return this.#compareHttpStep(step);
		if (step.via === "wait") return this.#compareWaitStep(step);
		return this.#compareSocketStep(step);
	}

	async #compareHttpStep(step: HttpStep): Promise<string | null> {
		const request = this.#bindings.substitute(step.request);
		const answer = await exchange(
			this.#address,
			request as HttpStep["request"],
		);
		await this.#sockets.waitFor(step.frames?.length ?? 0);
		const frames = this.#sockets.drain();
		const difference = compareHttp(step, answer, frames, this.#bindings);
		return difference === null ? null : describeMismatch(difference);
	}

	async #compareWaitStep(step: WaitStep): Promise<string | null> {
		const { timeScale } = this.#plan;
		if (step.until === "second-start" && timeScale > 0)
			await sleep(1000 - (Date.now() % 1000));
		if (step.ms !== undefined) await sleep(step.ms * timeScale);
		return this.#compareFrames(step.response);
	}

	async #compareSocketStep(step: SocketStep): Promise<string | null> {
		await this.#act(step);
		await this.#sockets.waitFor(step.response.length);
		if (step.op === undefined || step.op === "burst")
			await this.#sockets.get(step.conn)?.settle();
		return this.#compareFrames(step.response, step.unordered);
	}

	async #act(step: SocketStep): Promise<void> {
		if (step.op === "close") return this.#sockets.close(step.conn);
		const headers = this.#bindings.substitute(step.headers ?? {});
		await this.#sockets.open(
			step.conn,
			step.via,
			headers as Record<string, string>,
		);
		if (step.op === "open") return;
		const line = this.#sockets.get(step.conn);
		const topic = this.#bindings.substitute(step.topic ?? "") as string;
		if (step.op === "subscribe") {
			await line?.subscribe?.(topic);
			return;
		}
		const requests = step.op === "burst" ? step.request : [step.request];
		for (const request of requests as unknown[]) {
			const payload = toPayload(this.#bindings.substitute(request));
			if (step.op === "publish") line?.publish?.(topic, payload);
			else line?.send(payload, step.binary ?? false);
		}
	}

	async #compareFrames(
		expected: readonly Frame[],
		unordered?: readonly string[],
	): Promise<string | null> {
		await this.#sockets.waitFor(expected.length);
		const frames = this.#sockets.drain();
		const difference = compareFrames(
			expected,
			frames,
			this.#bindings,
			unordered,
		);
		return difference === null ? null : describeMismatch(difference);
	}
}

function toOutcome(difference: string | null): StepOutcome {
	return difference === null
		? { kind: "passed" }
		: { kind: "failed", difference };
}

function titleOf(step: Step): string {
	if (step.via === "wait") return `wait ${step.until ?? `${step.ms} ms`}`;
	if (step.via === "http") return `${step.request.method} ${step.request.path}`;
	const request = isObject(step.request) ? step.request : {};
	const name =
		"controller" in request || "action" in request
			? `${request.controller}:${request.action}`
			: (step.op ?? JSON.stringify(step.request));
	return `${step.via} ${step.conn} ${name}`;
}
