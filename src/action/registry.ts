import { createError } from "../errors/gateway-error.ts";
import type { Action } from "./define-action.ts";
import { plannedActions } from "./planned-actions.ts";

/** Every action of the gateway, by controller and name. */
export class ActionRegistry {
	#controllers = new Map<string, Map<string, Action>>();

	constructor(actions: readonly Action[]) {
		for (const action of actions) this.#add(action);
	}

	/** Rejects with `api.process.controller_not_found` or `action_not_found`. */
	find(controller: string, action: string): Action {
		const actions = this.#controllers.get(controller);
		if (actions === undefined && !Object.hasOwn(plannedActions, controller)) {
			throw createError("api.process.controller_not_found", controller);
		}
		const found = actions?.get(action);
		if (found === undefined) {
			throw createError("api.process.action_not_found", controller, action);
		}
		return found;
	}

	get(controller: string, action: string): Action | undefined {
		return this.#controllers.get(controller)?.get(action);
	}

	hasController(controller: string): boolean {
		return this.#controllers.has(controller);
	}

	all(): Action[] {
		return [...this.#controllers.values()].flatMap((actions) => [
			...actions.values(),
		]);
	}

	#add(action: Action): void {
		const actions = this.#controllers.get(action.controller) ?? new Map();
		if (actions.has(action.action)) {
			throw new Error(`Action ${action.name} is declared twice.`);
		}
		actions.set(action.action, action);
		this.#controllers.set(action.controller, actions);
	}
}
