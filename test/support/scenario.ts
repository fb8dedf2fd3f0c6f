import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ConfigOverrides } from "../../src/config.ts";
import { catalogue } from "../../src/errors/catalogue.ts";
import { type Backend, backends } from "./backends.ts";
import { assertMatches, type Expected } from "./matchers.ts";
import { type Actor, Stage } from "./stage.ts";
import {
	type ActionReply,
	type ActionRequest,
	send,
	TRANSPORTS,
	type Transport,
} from "./transports.ts";

/**
 * Scenarios: tables of request → reply, each row run by the ways that it is meant for. A row reads
 *
 *     {
 *       name: "makes a key that works",
 *       matrix: true,
 *       request: { action: "auth:createApiKey", as: "admin", args: { _id: "key-{n}" }, body: { description: "d" } },
 *       reply: { result: { _id: "key-{n}", _source: { token: matching(/^kapikey-/) } } },
 *       afterwards: async ({ stage }, { result }) => { … },
 *     }
 *
 * - `matrix: true` runs it over every transport (design.md §9 has the list) on every store: the happy path and one refusal
 *   of each action. Other rows run over WebSocket on SQLite.
 * - `{n}` in any text of `given`, `request` and `reply` (not inside a matcher) is a number of this run alone, since runs
 *   share a gateway.
 * - `reply` names what matters; `error` is an id of the catalogue, and implies its status.
 * - A row that needs the gateway for itself says `gateway: "own"`, one that needs it as first started `gateway: "open"`.
 *
 * A table goes into `test/scenarios/<controller>.scenarios.ts`; the test beside it is one call of `runScenarios`.
 */
export interface Scenario {
	readonly name: string;
	readonly matrix?: boolean;
	/** The only ways that can carry the row, instead of those above. */
	readonly on?: readonly Transport[];
	/** Default: shared by the rows of the table, with rights restricted. */
	readonly gateway?: "own" | "open";
	/** Configuration of a gateway of its own. */
	readonly config?: ConfigOverrides;
	/** What there is before: requests of the administrator (of nobody, where the gateway is open), or what it takes. */
	readonly given?:
		| readonly ActionRequest[]
		| ((run: ScenarioRun) => Promise<void>);
	readonly request:
		| ScenarioRequest
		| ((run: ScenarioRun) => ScenarioRequest | Promise<ScenarioRequest>);
	readonly reply: ScenarioReply;
	/** What else is so afterwards. */
	readonly afterwards?: (
		run: ScenarioRun,
		reply: ActionReply,
	) => Promise<void> | void;
}

export interface ScenarioRequest extends ActionRequest {
	/** Default: anonymous. */
	readonly as?: Actor;
	/** A token of the row's own making, in place of the actor's. */
	readonly token?: string | ((run: ScenarioRun) => Promise<string>);
}

export interface ScenarioReply {
	/** Default: that of the error, else 200. */
	readonly status?: number;
	readonly error?: keyof typeof catalogue;
	/** The values that the error speaks of. */
	readonly props?: readonly Expected[];
	/** Default: null after an error, else anything. */
	readonly result?: Expected;
}

export interface ScenarioRun {
	readonly stage: Stage;
	readonly backend: Backend;
	readonly transport: Transport;
	/** The value of `{n}`. */
	readonly n: number;
	/** Tokens that one part of the row leaves for another. */
	readonly notes: Map<string, string>;
	/** Puts the number into a text. */
	named(text: string): string;
}

/** Declares a test for each row, transport and store. Call it once in a test file. */
export function runScenarios(
	title: string,
	scenarios: readonly Scenario[],
	options: { readonly config?: ConfigOverrides } = {},
): void {
	for (const backend of backends()) {
		describe(`${title} on ${backend}`, () => {
			let shared: Stage;
			before(async () => {
				shared = await Stage.start({ backend, ...options });
			});
			after(() => shared?.stop());
			for (const scenario of scenarios) {
				for (const transport of transportsOf(scenario, backend)) {
					it(`${scenario.name} (${transport})`, () =>
						withStage(
							scenario,
							backend,
							() => shared,
							(stage) =>
								runScenario(scenario, createRun(stage, backend, transport)),
						));
				}
			}
		});
	}
}

/** The actions whose tables have both a happy path and a refusal that run over the full matrix. */
export function coveredActions(
	tables: Iterable<readonly Scenario[]>,
): ReadonlySet<string> {
	const happy = new Set<string>();
	const refused = new Set<string>();
	for (const { name, request, reply, matrix = false } of [...tables].flat()) {
		if (!matrix) continue;
		const isHappy = reply.error === undefined && reply.status === undefined;
		// Requests that are made in the row have their action as the row's first word.
		const action =
			typeof request === "function"
				? (name.split(/[ ,]/)[0] ?? "")
				: request.action;
		(isHappy ? happy : refused).add(action);
	}
	return new Set([...happy].filter((action) => refused.has(action)));
}

function transportsOf(
	{ matrix = false, on }: Scenario,
	backend: Backend,
): readonly Transport[] {
	if (!matrix && backend !== "sqlite") return [];
	return on ?? (matrix ? TRANSPORTS : ["ws"]);
}

async function withStage(
	scenario: Scenario,
	backend: Backend,
	shared: () => Stage,
	run: (stage: Stage) => Promise<void>,
): Promise<void> {
	const { gateway, config } = scenario;
	if (gateway === undefined && config === undefined) return run(shared());
	const stage = await Stage.start({
		backend,
		open: gateway === "open",
		...(config === undefined ? {} : { config }),
	});
	try {
		await run(stage);
	} finally {
		await stage.stop();
	}
}

function createRun(
	stage: Stage,
	backend: Backend,
	transport: Transport,
): ScenarioRun {
	const n = stage.next();
	const named = (text: string) => text.replaceAll("{n}", String(n));
	return { stage, backend, transport, n, notes: new Map(), named };
}

async function runScenario(
	scenario: Scenario,
	run: ScenarioRun,
): Promise<void> {
	await prepare(scenario, run);
	const row =
		typeof scenario.request === "function"
			? await scenario.request(run)
			: scenario.request;
	const { as = "anonymous", token, ...request } = fillIn(row, run);
	const reply = await send(
		run.transport,
		run.stage,
		request,
		await tokenOf(run, as, token),
	);
	assertReply(reply, fillIn(scenario.reply, run));
	await scenario.afterwards?.(run, reply);
}

async function tokenOf(
	run: ScenarioRun,
	as: Actor,
	token: ScenarioRequest["token"],
): Promise<string | undefined> {
	if (typeof token === "function") return token(run);
	return token ?? run.stage.token(as);
}

async function prepare(
	{ given = [], gateway }: Scenario,
	run: ScenarioRun,
): Promise<void> {
	if (typeof given === "function") return given(run);
	const actor = gateway === "open" ? "anonymous" : "admin";
	for (const { action, args, body } of fillIn(given, run)) {
		const [controller, name] = action.split(":");
		await run.stage.must({ ...args, controller, action: name, body }, actor);
	}
}

function assertReply(reply: ActionReply, expected: ScenarioReply): void {
	const { error, props, result } = expected;
	const answered = JSON.stringify(reply.error ?? reply.result);
	assert.equal(reply.error?.id, error, `answered ${answered}`);
	const status = error === undefined ? 200 : catalogue[error].status;
	assert.equal(reply.status, expected.status ?? status, `answered ${answered}`);
	if (props !== undefined)
		assertMatches(reply.error?.props, props, "error.props");
	if (result !== undefined) assertMatches(reply.result, result);
	else if (error !== undefined) assert.equal(reply.result ?? null, null);
}

/** Puts the run's number wherever a text has `{n}`; matchers stay as they are. */
function fillIn<T>(value: T, run: ScenarioRun): T {
	if (typeof value === "string") return run.named(value) as T;
	if (Array.isArray(value)) return value.map((item) => fillIn(item, run)) as T;
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(
		Object.entries(value).map(([key, item]) => [key, fillIn(item, run)]),
	) as T;
}
