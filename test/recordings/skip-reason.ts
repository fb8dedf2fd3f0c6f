import { isObject } from "../../src/lib/json.ts";
import type { BuiltActions } from "./built-actions.ts";
import type { Plan } from "./plan.ts";
import type { HttpStep, SocketStep, Step } from "./recording.ts";

/** What a server answers that does not know the action, and what it answers before it even looks: these replay without it. */
const ANSWERED_WITHOUT_ACTION = new Set([
	"api.process.controller_not_found",
	"api.process.action_not_found",
	"security.rights.unauthorized",
	"security.rights.forbidden",
	"security.token.invalid",
]);

/** Says why a step cannot be played yet; null when it can. Answers differ as the server gains actions. */
export function skipReason(
	step: Step,
	number: number,
	plan: Plan,
	built: BuiltActions,
): string | null {
	const need = plan.needs.get(number)?.find((name) => !built.has(name));
	if (need !== undefined) return `needs ${need}, which comes with its issue`;
	if (step.via === "wait") return null;
	const missing =
		step.via === "http"
			? missingOfHttp(step, built)
			: missingOfSocket(step, built);
	return missing === null ? null : `${missing} is not built yet`;
}

/**
 * The recorded answer names the action. One that names none was given before an action was chosen (bad body, unknown
 * path), or is raw content: then the path must be one that the server knows.
 */
function missingOfHttp(step: HttpStep, built: BuiltActions): string | null {
	const { body } = step.response;
	if (isObject(body) && "requestId" in body) {
		const name = nameOf(body);
		return name === null || built.has(name) || isAnswered(step, body)
			? null
			: name;
	}
	const isRefused = (step.response.status ?? 0) >= 400;
	const { method, path } = step.request;
	if (isRefused || method === "HEAD" || built.hasRoute(method, path))
		return null;
	const query = isObject(step.request.body) ? nameOf(step.request.body) : null;
	return query !== null && built.has(query) ? null : `${method} ${path}`;
}

function missingOfSocket(step: SocketStep, built: BuiltActions): string | null {
	const requests = step.op === "burst" ? step.request : [step.request];
	for (const request of requests as unknown[]) {
		const name = isObject(request) ? nameOf(request) : null;
		if (name === null || built.has(name)) continue;
		const answers = step.response.map(({ data }) => data);
		if (!answers.every(isAnsweredWithoutAction)) return name;
	}
	return null;
}

/** A path of an action that is not built leads nowhere; only by `/_query` the rest of the way is the same. */
function isAnswered(step: HttpStep, answer: unknown): boolean {
	return (
		step.request.path.startsWith("/_query") && isAnsweredWithoutAction(answer)
	);
}

function isAnsweredWithoutAction(answer: unknown): boolean {
	const id = isObject(answer) ? errorIdOf(answer) : null;
	return id !== null && ANSWERED_WITHOUT_ACTION.has(id);
}

function errorIdOf(answer: Record<string, unknown>): string | null {
	const { error } = answer;
	return isObject(error) && typeof error.id === "string" ? error.id : null;
}

/** Null where controller or action is missing or no text: the server answers for that itself. */
function nameOf(members: Record<string, unknown>): string | null {
	const { controller, action } = members;
	return typeof controller === "string" &&
		typeof action === "string" &&
		controller !== "" &&
		action !== ""
		? `${controller}:${action}`
		: null;
}
