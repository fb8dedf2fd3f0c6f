import assert from "node:assert/strict";
import { createCaller, type Protocol } from "../support/callers.ts";
import { newLogin, newUser, PASSWORD } from "../support/scenario-people.ts";
import type { Stage } from "../support/stage.ts";
import type { ActionRequest } from "../support/transports.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers have every shape.
type AnyReply = any;

/** The one whom an attacker would like to be: may do everything, and can log in. */
export const VICTIM = "victim";
/** May do everything as well, and has no credentials yet. */
export const NEWCOMER = "newcomer";

/** Somebody who holds the rights named and no other, under one name: user, login, profile and role. */
export interface Attacker {
	readonly name: string;
	readonly token: string;
	/** Sends a request with the token, or another one (null: with none). */
	ask(request: ActionRequest, token?: string | null): Promise<AnyReply>;
	/** As `ask`, and answers the result; throws where the request is refused. */
	must(request: ActionRequest, token?: string | null): Promise<AnyReply>;
	/** The token of a new session, as anybody who knows the password gets it. */
	logIn(username: string, password?: string): Promise<string>;
	close(): void;
}

export async function createAttacker(
	stage: Stage,
	rights: readonly `${string}:${string}`[],
	protocol: Protocol = "http",
): Promise<Attacker> {
	const name = `attacker-${stage.next()}`;
	await asAdmin(
		stage,
		{
			action: "security:createRole",
			args: { _id: name, refresh: false },
			body: { controllers: toControllers(rights) },
		},
		{
			action: "security:createProfile",
			args: { _id: name, refresh: false },
			body: { policies: [{ roleId: name }], rateLimit: 0 },
		},
		newLogin(name, name),
	);
	const caller = await createCaller(protocol, stage.gateway.url);
	const ask = (request: ActionRequest, token?: string) =>
		caller.query(toFrame(request), token);
	const must = async (request: ActionRequest, token?: string) => {
		const reply = await ask(request, token);
		assert.equal(
			reply.status,
			200,
			`${request.action}: ${JSON.stringify(reply.error)}`,
		);
		return reply.result;
	};
	const logIn = async (username: string, password = PASSWORD) =>
		(await must(toLogin(username, password))).jwt;
	const token = await logIn(name);
	const or = (given: string | null | undefined) =>
		given === undefined ? token : (given ?? undefined);
	return {
		name,
		token,
		ask: (request, given) => ask(request, or(given)),
		must: (request, given) => must(request, or(given)),
		logIn,
		close: () => caller.close(),
	};
}

/** The people whom attackers are after. */
export async function addVictims(stage: Stage): Promise<void> {
	await asAdmin(stage, newLogin(VICTIM), newUser(NEWCOMER));
}

/** Whether the caller may do what nobody but an administrator may. Null asks without a token. */
export async function mayDoEverything(
	attacker: Attacker,
	token: string | null,
): Promise<boolean> {
	const ids = { ids: ["admin"] };
	const { status, error } = await attacker.ask(
		{ action: "security:mGetProfiles", body: ids },
		token,
	);
	if (status === 200) return true;
	assert.ok(status === 401 || status === 403, JSON.stringify(error));
	return false;
}

export async function asAdmin(
	stage: Stage,
	...requests: readonly ActionRequest[]
): Promise<void> {
	for (const request of requests) await stage.must(toFrame(request));
}

export function toLogin(username: string, password: string): ActionRequest {
	return {
		action: "auth:login",
		args: { strategy: "local" },
		body: { username, password },
	};
}

export function toFrame({
	action,
	args,
	body,
}: ActionRequest): Record<string, unknown> {
	const [controller, name] = action.split(":");
	const frame = { ...args, controller, action: name };
	return body === undefined ? frame : { ...frame, body };
}

function toControllers(rights: readonly `${string}:${string}`[]): object {
	const controllers: Record<string, { actions: Record<string, boolean> }> = {};
	for (const right of rights) {
		const [controller = "", action = ""] = right.split(":");
		controllers[controller] ??= { actions: {} };
		controllers[controller].actions[action] = true;
	}
	return controllers;
}
