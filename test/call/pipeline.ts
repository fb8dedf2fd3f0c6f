import assert from "node:assert/strict";
import { string } from "../../src/action/args.ts";
import { fields, textField } from "../../src/action/body.ts";
import {
	type Action,
	type Call,
	defineAction,
} from "../../src/action/define-action.ts";
import { ActionRegistry } from "../../src/action/registry.ts";
import { Admission } from "../../src/call/admission.ts";
import type { Caller } from "../../src/call/caller.ts";
import type { Envelope } from "../../src/call/envelope.ts";
import {
	createExecute,
	type ExecuteDependencies,
	type Gatekeeper,
	type Hooks,
} from "../../src/call/execute.ts";
import type { Reply } from "../../src/call/reply.ts";
import { ManualClock } from "../../src/lib/clock.ts";
import { createPinoLog } from "../../src/lib/pino-log.ts";
import { testConnection } from "../support/test-connection.ts";
import { testEnvelope } from "../support/test-envelope.ts";

export const STRANGER: Caller = {
	kuid: "-1",
	profileIds: ["anonymous"],
	token: null,
};
export const ANN: Caller = {
	kuid: "ann",
	profileIds: ["default"],
	token: null,
};

/** The action `test:run`, which wants a name and a text. */
export function action(
	handler: (call: Call<{ name: string }, { text: string }>) => unknown,
	parts: Partial<Pick<Action, "rateLimit">> & { readsCookie?: true } = {},
): Action {
	const { rateLimit = "user", readsCookie } = parts;
	return defineAction({
		name: "test:run",
		summary: "Runs.",
		http: [],
		args: { name: string("query", "A name.") },
		body: fields({ text: textField("A text.") }),
		result: null,
		...(rateLimit === "user" ? {} : { rateLimit }),
		...(readsCookie === undefined ? {} : { readsCookie }),
		handler,
	});
}

/** The pipeline over a gate that writes down what it was asked, and refuses what the test says. */
export class Pipeline {
	readonly steps: string[] = [];
	readonly lines: string[] = [];
	readonly clock = new ManualClock();
	readonly admission: Admission;
	readonly run: (
		parts?: Partial<Envelope> & { readonly name?: string },
		aborted?: () => AbortSignal,
	) => Promise<Reply>;

	constructor(
		options: {
			readonly actions?: readonly Action[];
			readonly gate?: Partial<Gatekeeper>;
			readonly hooks?: Partial<Hooks>;
			readonly concurrentRequests?: number;
			readonly requestsBufferSize?: number;
			readonly dependencies?: Partial<ExecuteDependencies>;
		} = {},
	) {
		const { gate = {} } = options;
		const noted =
			<A extends unknown[], R>(
				step: string,
				ask: ((...args: A) => R) | undefined,
				otherwise: R,
			) =>
			(...args: A): R => {
				this.steps.push(step);
				return ask === undefined ? otherwise : ask(...args);
			};
		this.admission = new Admission({
			concurrentRequests: options.concurrentRequests ?? 10,
			requestsBufferSize: options.requestsBufferSize ?? 10,
		});
		const execute = createExecute({
			registry: new ActionRegistry(options.actions ?? [action(() => "done")]),
			gatekeeper: {
				assertOrigin: noted("origin", gate.assertOrigin, undefined),
				authenticate: noted("token", gate.authenticate, ANN),
				assertAllowed: noted("rights", gate.assertAllowed, undefined),
				assertRate: noted("rate", gate.assertRate, undefined),
			},
			assertServing: () => {},
			admission: this.admission,
			hooks: { before: [], after: [], ...options.hooks },
			clock: this.clock,
			log: createPinoLog({
				level: "debug",
				write: (line) => this.lines.push(line),
			}),
			requestTimeoutMs: 1000,
			strictSdkVersion: true,
			development: false,
			...options.dependencies,
		});
		this.run = (parts = {}, aborted) => {
			const { name = "test:run", ...rest } = parts;
			const envelope = testEnvelope(name, {
				args: { name: "x" },
				body: { text: "y" },
				...rest,
			});
			return execute(envelope, testConnection(), aborted);
		};
	}
}

/** Status, id and params of a refused call. */
export async function refusal(reply: Promise<Reply>): Promise<unknown[]> {
	const { response } = await reply;
	assert.equal(response.result, null);
	return [response.status, response.error?.id, response.error?.props];
}
