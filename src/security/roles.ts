import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Storage } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import { type SecurityDocument, writeOne } from "./documents.ts";
import type { Invalidation } from "./invalidation.ts";
import { Memory } from "./memory.ts";

/** Which actions a role allows. */
export type RoleControllers = Readonly<
	Record<string, { readonly actions: Readonly<Record<string, boolean>> }>
>;

/** The names that a role may use. */
export interface KnownActions {
	hasController(controller: string): boolean;
	hasAction(controller: string, action: string): boolean;
}

export interface WriteContext {
	readonly refresh: "wait_for" | false;
	readonly signal?: AbortSignal;
}

const TARGET = collections.roles.target;
const REMEMBERED_MAX = 10_000;
export const PROTECTED_IDS: ReadonlySet<string> = new Set([
	"admin",
	"default",
	"anonymous",
]);

/** Roles: sets of allowed actions. */
export class Roles {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #invalidation: Invalidation;
	readonly #known: KnownActions;
	readonly #memory = new Memory<SecurityDocument>(REMEMBERED_MAX);

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly invalidation: Invalidation;
		readonly knownActions: KnownActions;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#invalidation = dependencies.invalidation;
		this.#known = dependencies.knownActions;
		dependencies.invalidation.on("role", (id) =>
			id === null ? this.#memory.clear() : this.#memory.forget(id),
		);
	}

	/** Rejects with `security.role.not_found`. */
	async get(id: string, signal?: AbortSignal): Promise<SecurityDocument> {
		const role = await this.find(id, signal);
		if (role === undefined) throw createError("security.role.not_found", id);
		return role;
	}

	async find(
		id: string,
		signal?: AbortSignal,
	): Promise<SecurityDocument | undefined> {
		return (
			this.#memory.peek(id) ??
			this.#memory.load(id, async () => {
				const document = await this.#storage.get(TARGET, id, { signal });
				if (document === null) return undefined;
				return { _id: id, _source: document.content };
			})
		);
	}

	/** `force` lets controllers through that this server does not know (those of an application). */
	async createOrReplace(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: WriteContext & { readonly force: boolean },
	): Promise<SecurityDocument> {
		this.#assertValid(id, body, options.force);
		return this.write(id, body as JsonObject, options);
	}

	/** Writes without checks: for the server's own roles. */
	async write(
		id: string,
		content: JsonObject,
		options: WriteContext,
	): Promise<SecurityDocument> {
		const now = this.#clock.now();
		const source: JsonObject = {
			...content,
			_kuzzle_info: {
				author: null,
				createdAt: now,
				updatedAt: now,
				updater: null,
			},
		};
		await writeOne(
			this.#storage,
			TARGET,
			{ kind: "createOrReplace", id, content: source },
			options,
		);
		await this.#invalidation.forget("role", id);
		return { _id: id, _source: source };
	}

	#assertValid(
		id: string,
		body: Readonly<Record<string, unknown>>,
		force: boolean,
	): void {
		const controllers = assertControllers(id, body.controllers);
		if (id === "anonymous" && !allowsLogin(controllers)) {
			throw createError("security.role.login_required");
		}
		this.#assertKnown(id, controllers, force);
	}

	/**
	 * Names of actions of this server must be right. Names of other controllers are looked at only until the first of ours:
	 * a role that mixes both is taken to come from an application that knows its own (as in Kuzzle).
	 */
	#assertKnown(id: string, controllers: RoleControllers, force: boolean): void {
		let foreign = true;
		for (const [controller, { actions }] of Object.entries(controllers)) {
			if (controller === "*") {
				foreign = false;
				const odd = Object.keys(actions).find((action) => action !== "*");
				if (odd !== undefined) {
					throw createError("security.role.unknown_action", id, odd, "*");
				}
			} else if (this.#known.hasController(controller)) {
				foreign = false;
				for (const action of Object.keys(actions)) {
					if (action === "*" || this.#known.hasAction(controller, action))
						continue;
					throw createError(
						"security.role.unknown_action",
						id,
						action,
						controller,
						"",
					);
				}
			} else if (foreign && !force) {
				throw createError(
					"security.role.unknown_controller",
					id,
					controller,
					"",
				);
			}
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
