import type { Envelope } from "../call/envelope.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Invalidation } from "./invalidation.ts";
import type { Profiles } from "./profiles.ts";
import type { RoleControllers } from "./role-validation.ts";
import type { Roles } from "./roles.ts";

/** What a request asks to do, for the decision. */
export interface RightsRequest {
	readonly controller: string;
	readonly action: string;
	readonly args: Envelope["args"];
}

/** One line of a user's rights, as `auth:getMyRights` answers it. */
export interface Right {
	readonly controller: string;
	readonly action: string;
	readonly index: string;
	readonly collection: string;
	readonly value: "allowed" | "denied";
}

/** Where something is allowed: null everywhere, else index → collections (null: all of them). */
type Places = ReadonlyMap<string, ReadonlySet<string> | null> | null;

/** The place of what is allowed nowhere. */
const NOWHERE: Places = new Map();

interface CompiledPolicy {
	readonly controllers: RoleControllers;
	readonly places: Places;
}

/** A set of profiles, ready to decide. Names come from clients, so what is noted of them is bounded. */
interface Compiled {
	readonly policies: readonly CompiledPolicy[];
	/** Controller → action → where it is allowed. */
	readonly decisions: Map<string, Map<string, Places>>;
	/** How many actions are noted there. */
	noted: number;
	/** Which policies allow it → where that is. Shared, so that a thousand names cost no more memory than one. */
	readonly unions: Map<string, Places>;
}

/**
 * Actions of the controller `index` that change what is in collections which the request does not name. `index:mDelete` names its indexes in
 * the body, and asks for the right to `delete` each of them. Who creates, lists or looks for an index or a collection touches no document.
 */
const WHOLE_INDEX_ACTIONS: ReadonlySet<string> = new Set(["delete"]);

const SETS_MAX = 10_000;
const DECISIONS_MAX = 2_000;
/** Longer names are no action's: they are decided on, but not noted. */
const NOTED_NAME_CHARACTERS_MAX = 200;

/**
 * The decision who may do what. It is compiled once per set of profiles; then a decision is a look-up. Everything compiled is dropped
 * whenever a role or a profile changes.
 */
export class Rights {
	readonly #roles: Roles;
	readonly #profiles: Profiles;
	readonly #compiled = new Map<string, Compiled>();
	/** The same by the list itself: a user who is remembered brings the same one each time, and its text need not be made. */
	#byList = new WeakMap<readonly string[], Compiled>();
	readonly #wholeIndexUnderCollections: boolean;
	/** Counts the changes of roles and profiles: what was compiled across one is not kept. */
	#epoch = 0;

	constructor(dependencies: {
		readonly roles: Roles;
		readonly profiles: Profiles;
		readonly invalidation: Invalidation;
		/** Whether actions on a whole index pass under a restriction to some of its collections, as in Kuzzle. */
		readonly wholeIndexUnderCollections: boolean;
	}) {
		this.#wholeIndexUnderCollections = dependencies.wholeIndexUnderCollections;
		this.#roles = dependencies.roles;
		this.#profiles = dependencies.profiles;
		const drop = () => {
			this.#epoch++;
			this.#clear();
		};
		dependencies.invalidation.on("role", drop);
		dependencies.invalidation.on("profile", drop);
	}

	/** True if at least one policy of the profiles allows it. A promise only where something must be read. The list must not change. */
	allows(
		profileIds: readonly string[],
		request: RightsRequest,
	): boolean | Promise<boolean> {
		const compiled = this.#known(profileIds);
		if (compiled !== undefined) return this.#decide(compiled, request);
		return this.#compile(profileIds).then((fresh) =>
			this.#decide(fresh, request),
		);
	}

	#decide(compiled: Compiled, request: RightsRequest): boolean {
		const touchesAll =
			!this.#wholeIndexUnderCollections && touchesWholeIndex(request);
		return decide(compiled, request, touchesAll);
	}

	/** What the profiles allow and deny, flattened; where two disagree, allowed wins. */
	async list(profileIds: readonly string[]): Promise<Right[]> {
		const { policies } = await this.#compile(profileIds);
		const rights = new Map<string, Right>();
		for (const { controllers, places } of policies) {
			for (const [controller, { actions }] of Object.entries(controllers)) {
				for (const [action, allowed] of Object.entries(actions)) {
					for (const [index, collection] of flatten(places)) {
						const key = JSON.stringify([controller, action, index, collection]);
						if (rights.get(key)?.value === "allowed") continue;
						rights.set(key, {
							controller,
							action,
							index,
							collection,
							value: allowed ? "allowed" : "denied",
						});
					}
				}
			}
		}
		return [...rights.values()];
	}

	async #compile(profileIds: readonly string[]): Promise<Compiled> {
		const known = this.#known(profileIds);
		if (known !== undefined) return known;
		const epoch = this.#epoch;
		const policies: CompiledPolicy[] = [];
		for (const profileId of profileIds) {
			const profile = await this.#profiles.find(profileId);
			if (profile !== undefined) {
				policies.push(...(await this.#compileProfile(profile._source)));
			}
		}
		const compiled: Compiled = {
			policies,
			decisions: new Map(),
			noted: 0,
			unions: new Map(),
		};
		if (epoch === this.#epoch) {
			if (this.#compiled.size >= SETS_MAX) this.#clear();
			this.#compiled.set(JSON.stringify(profileIds), compiled);
			this.#byList.set(profileIds, compiled);
		}
		return compiled;
	}

	#known(profileIds: readonly string[]): Compiled | undefined {
		const known = this.#byList.get(profileIds);
		if (known !== undefined) return known;
		const same = this.#compiled.get(JSON.stringify(profileIds));
		if (same !== undefined) this.#byList.set(profileIds, same);
		return same;
	}

	#clear(): void {
		this.#compiled.clear();
		this.#byList = new WeakMap();
	}

	async #compileProfile(profile: JsonObject): Promise<CompiledPolicy[]> {
		const compiled: CompiledPolicy[] = [];
		const policies = Array.isArray(profile.policies) ? profile.policies : [];
		for (const policy of policies) {
			if (!isObject(policy)) continue;
			const { roleId, restrictedTo } = policy as Record<string, unknown>;
			const role = await this.#roles.find(String(roleId));
			const controllers = role?._source.controllers;
			if (!isObject(controllers)) continue;
			compiled.push({
				controllers: controllers as unknown as RoleControllers,
				places: compilePlaces(restrictedTo),
			});
		}
		return compiled;
	}
}

/**
 * Restrictions of one policy: index → collections. Several entries for one index merge; of {index} and {index, collections}
 * the narrower remains, as in Kuzzle. An empty list of restrictions restricts nothing.
 */
function compilePlaces(restrictedTo: unknown): Places {
	if (!Array.isArray(restrictedTo) || restrictedTo.length === 0) return null;
	const places = new Map<string, Set<string> | null>();
	for (const restriction of restrictedTo) {
		if (!isObject(restriction)) continue;
		const index = nameOf(restriction.index);
		const names = Array.isArray(restriction.collections)
			? restriction.collections.map(nameOf)
			: [];
		const merged = new Set([...(places.get(index) ?? []), ...names]);
		places.set(index, merged.size === 0 ? null : merged);
	}
	return places;
}

function touchesWholeIndex({ controller, action }: RightsRequest): boolean {
	return controller === "index" && WHOLE_INDEX_ACTIONS.has(action);
}

function decide(
	compiled: Compiled,
	request: RightsRequest,
	touchesAll: boolean,
): boolean {
	const places = decisionOn(compiled, request.controller, request.action);
	if (places === NOWHERE) return false;
	const { index, collection, targets } = request.args;
	// Targets with a wildcard are refused also to who may do it everywhere (recorded).
	if (places === null && isAbsent(targets)) return true;
	// Both are looked at: an action reads either, and which one is its business.
	return (
		(isAbsent(index) ||
			(touchesAll
				? coversWhole(places, index)
				: covers(places, index, collection))) &&
		(isAbsent(targets) || coversTargets(places, targets))
	);
}

/** Where the action is allowed, whatever the index. */
function decisionOn(
	compiled: Compiled,
	controller: string,
	action: string,
): Places {
	const known = compiled.decisions.get(controller)?.get(action);
	if (known !== undefined) return known;
	const made = makeDecision(compiled, controller, action);
	if (controller.length + action.length > NOTED_NAME_CHARACTERS_MAX)
		return made;
	if (compiled.noted >= DECISIONS_MAX) {
		compiled.decisions.clear();
		compiled.noted = 0;
	}
	const actions = compiled.decisions.get(controller) ?? new Map();
	compiled.decisions.set(controller, actions.set(action, made));
	compiled.noted++;
	return made;
}

function makeDecision(
	{ policies, unions }: Compiled,
	controller: string,
	action: string,
): Places {
	const allowing = [...policies.entries()].filter(([, policy]) =>
		roleAllows(policy.controllers, controller, action),
	);
	if (allowing.length === 0) return NOWHERE;
	const key = allowing.map(([number]) => number).join();
	const known = unions.get(key);
	if (known !== undefined) return known;
	const union = unite(allowing.map(([, { places }]) => places));
	if (unions.size >= DECISIONS_MAX) unions.clear();
	unions.set(key, union);
	return union;
}

/** What is allowed at one place by any of them is allowed there. */
function unite(all: readonly Places[]): Places {
	if (all.includes(null)) return null;
	const union = new Map<string, Set<string> | null>();
	for (const places of all) {
		for (const [index, names] of places ?? []) {
			const known = union.get(index);
			if (known === null) continue;
			union.set(index, names && new Set([...(known ?? []), ...names]));
		}
	}
	return union;
}

/** An exact name hides the wildcard, for the controller and for the action. */
function roleAllows(
	controllers: RoleControllers,
	controller: string,
	action: string,
): boolean {
	const entry =
		(controller === "ms" || controller === "memoryStorage"
			? (own(controllers, "ms") ?? own(controllers, "memoryStorage"))
			: own(controllers, controller)) ?? own(controllers, "*");
	if (!isObject(entry) || !isObject(entry.actions)) return false;
	const { actions } = entry;
	return (own(actions, action) ?? own(actions, "*")) === true;
}

/** A request with an index and no collection passes wherever the index is listed, as in Kuzzle. */
function covers(places: Places, index: unknown, collection: unknown): boolean {
	if (places === null) return true;
	const names = places.get(nameOf(index));
	if (names === undefined) return false;
	if (names === null || isAbsent(collection)) return true;
	return names.has(nameOf(collection));
}

/** Whatever collection the request names beside it: the action does not read that. */
function coversWhole(places: Places, index: unknown): boolean {
	return places === null || places.get(nameOf(index)) === null;
}

function isAbsent(value: unknown): boolean {
	return value === undefined || value === null || value === "";
}

/** Numbers are taken as names, as in Kuzzle; what else is no text names nothing. */
function nameOf(value: unknown): string {
	if (typeof value === "string") return value;
	return typeof value === "number" ? String(value) : "";
}

/**
 * Each pair of index and collection must be covered. Wildcards are refused. Targets that cannot be read reach nothing, and their action says what
 * is wrong with them; but who is restricted to places is refused here.
 */
function coversTargets(places: Places, value: unknown): boolean {
	const targets = typeof value === "string" ? parseList(value) : value;
	if (!Array.isArray(targets)) return places === null;
	return targets.every((target: unknown) => {
		if (!isObject(target)) return places === null;
		const { index, collections: names } = target;
		if (index === undefined || names === undefined) return true;
		if (typeof index !== "string" || !isTextList(names)) return places === null;
		return names.every(
			(name) =>
				!index.includes("*") &&
				!name.includes("*") &&
				covers(places, index, name),
		);
	});
}

function isTextList(value: unknown): value is readonly string[] {
	return (
		Array.isArray(value) && value.every((item) => typeof item === "string")
	);
}

function parseList(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function flatten(places: Places): [string, string][] {
	if (places === null) return [["*", "*"]];
	return [...places].flatMap(([index, names]) =>
		names === null
			? [[index, "*"] as [string, string]]
			: [...names].map((name) => [index, name] as [string, string]),
	);
}

function own<T>(
	record: Readonly<Record<string, T>>,
	key: string,
): T | undefined {
	return Object.hasOwn(record, key) ? record[key] : undefined;
}
