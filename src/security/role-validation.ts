import { createError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";

/** Which actions a role allows. */
export type RoleControllers = Readonly<
	Record<string, { readonly actions: Readonly<Record<string, boolean>> }>
>;

/** The names that a role may use. */
export interface KnownActions {
	hasController(controller: string): boolean;
	hasAction(controller: string, action: string): boolean;
}

/**
 * Refuses content that a role cannot have (facts: security, §1). `force` lets controllers through that this server does not
 * know (those of an application).
 */
export function assertRole(
	id: string,
	body: Readonly<Record<string, unknown>>,
	{ known, force }: { readonly known: KnownActions; readonly force: boolean },
): void {
	const controllers = assertControllers(id, body.controllers);
	if (id === "anonymous" && !allowsLogin(controllers)) {
		throw createError("security.role.login_required");
	}
	assertKnown(id, controllers, known, force);
}

/**
 * Names of actions of this server must be right. Names of other controllers are looked at only until the first of ours:
 * a role that mixes both is taken to come from an application that knows its own (as in Kuzzle).
 */
function assertKnown(
	id: string,
	controllers: RoleControllers,
	known: KnownActions,
	force: boolean,
): void {
	let foreign = true;
	for (const [controller, { actions }] of Object.entries(controllers)) {
		if (controller === "*") {
			foreign = false;
			const odd = Object.keys(actions).find((action) => action !== "*");
			if (odd !== undefined) {
				throw createError("security.role.unknown_action", id, odd, "*");
			}
		} else if (known.hasController(controller)) {
			foreign = false;
			for (const action of Object.keys(actions)) {
				if (action === "*" || known.hasAction(controller, action)) continue;
				throw createError(
					"security.role.unknown_action",
					id,
					action,
					controller,
					"",
				);
			}
		} else if (foreign && !force) {
			throw createError("security.role.unknown_controller", id, controller, "");
		}
	}
}

function assertControllers(id: string, value: unknown): RoleControllers {
	const name = `${id}.controllers`;
	if (value === null) throw createError("api.assert.missing_argument", name);
	const controllers = assertFilledObject(name, value ?? {});
	for (const [controller, entry] of Object.entries(controllers)) {
		assertFilledObject(controller, entry);
		const { actions } = entry as Record<string, unknown>;
		if (actions === undefined || actions === null) {
			throw createError("api.assert.missing_argument", `${controller}.actions`);
		}
		for (const [action, allowed] of Object.entries(
			assertFilledObject(`${controller}.actions`, actions),
		)) {
			if (typeof allowed !== "boolean") {
				throw createError(
					"api.assert.invalid_type",
					`${controller}.actions.${action}`,
					"boolean",
				);
			}
		}
	}
	return controllers as RoleControllers;
}

function assertFilledObject(
	name: string,
	value: unknown,
): Readonly<Record<string, unknown>> {
	if (!isObject(value)) {
		throw createError("api.assert.invalid_type", name, "object");
	}
	if (Object.keys(value).length === 0) {
		throw createError("api.assert.empty_argument", name);
	}
	return value;
}

/** Without it nobody could log in any more. */
function allowsLogin(controllers: RoleControllers): boolean {
	const entry = own(controllers, "auth") ?? own(controllers, "*");
	if (entry === undefined) return false;
	return (own(entry.actions, "login") ?? own(entry.actions, "*")) === true;
}

function own<T>(
	record: Readonly<Record<string, T>>,
	key: string,
): T | undefined {
	return Object.hasOwn(record, key) ? record[key] : undefined;
}
