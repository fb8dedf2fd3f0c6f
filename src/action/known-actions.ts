import { plannedActions } from "./planned-actions.ts";
import type { ActionRegistry } from "./registry.ts";

/** The names that a role may use: the server's actions and the planned ones. */
export function createKnownActions(registry: () => ActionRegistry): {
	hasController(controller: string): boolean;
	hasAction(controller: string, action: string): boolean;
} {
	/** `memoryStorage` is another name of the controller `ms`. */
	const canonical = (controller: string) =>
		controller === "memoryStorage" ? "ms" : controller;
	const planned = (controller: string) =>
		Object.hasOwn(plannedActions, controller)
			? plannedActions[controller]
			: undefined;
	return {
		hasController: (name) =>
			registry().hasController(canonical(name)) ||
			planned(canonical(name)) !== undefined,
		hasAction: (name, action) =>
			registry().get(canonical(name), action) !== undefined ||
			planned(canonical(name))?.includes(action) === true,
	};
}
