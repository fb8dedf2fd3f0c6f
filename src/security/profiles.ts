import { createError } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import { isObject, type JsonObject, type JsonValue } from "../lib/json.ts";
import type { Storage } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import { type SecurityDocument, writeOne } from "./documents.ts";
import type { Invalidation } from "./invalidation.ts";
import { Memory } from "./memory.ts";
import type { Roles, WriteContext } from "./roles.ts";

/** A role, and where it holds. */
export interface Policy {
	readonly roleId: string;
	/** Absent: everywhere. */
	readonly restrictedTo?: readonly Restriction[];
}

export interface Restriction {
	readonly index: string;
	/** Absent or empty: every collection of the index. */
	readonly collections?: readonly string[];
}

const TARGET = collections.profiles.target;
const REMEMBERED_MAX = 10_000;

/** Profiles: the roles that a user holds, with their restrictions and a rate limit. */
export class Profiles {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #invalidation: Invalidation;
	readonly #roles: Roles;
	readonly #memory = new Memory<SecurityDocument>(REMEMBERED_MAX);

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly invalidation: Invalidation;
		readonly roles: Roles;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#invalidation = dependencies.invalidation;
		this.#roles = dependencies.roles;
		dependencies.invalidation.on("profile", (id) =>
			id === null ? this.#memory.clear() : this.#memory.forget(id),
		);
	}

	/** The profile, if no waiting is needed. */
	peek(id: string): SecurityDocument | undefined {
		return this.#memory.peek(id);
	}

	/** Rejects with `security.profile.not_found`. */
	async get(id: string, signal?: AbortSignal): Promise<SecurityDocument> {
		const profile = await this.find(id, signal);
		if (profile === undefined) {
			throw createError("security.profile.not_found", id);
		}
		return profile;
	}

	/** As the API answers it. Rejects with `security.profile.not_found`. */
	async read(id: string, signal?: AbortSignal): Promise<SecurityDocument> {
		return toPublic(await this.get(id, signal));
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

	/** Answers it as the API does. `strict`: the indexes and collections of restrictions must exist. */
	async createOrReplace(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: WriteContext & { readonly strict: boolean },
	): Promise<SecurityDocument> {
		const rateLimit = readRateLimit(body.rateLimit);
		const policies = readPolicies(id, body.policies);
		if (
			id === "anonymous" &&
			!policies.some((policy) => policy.roleId === "anonymous")
		) {
			throw createError("security.profile.missing_anonymous_role");
		}
		await this.#assertRolesExist(policies, options.signal);
		if (options.strict) await this.#assertPlacesExist(policies, options.signal);
		const content = {
			...(body as JsonObject),
			policies: policies as unknown as JsonValue[],
			rateLimit,
		};
		return toPublic(await this.write(id, content, options));
	}

	/** Writes without checks: for the server's own profiles. */
	async write(
		id: string,
		content: JsonObject,
		options: WriteContext,
	): Promise<SecurityDocument> {
		const now = this.#clock.now();
		const { optimizedPolicies, ...rest } = content;
		const source: JsonObject = {
			...rest,
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
		await this.#invalidation.forget("profile", id);
		return { _id: id, _source: source };
	}

	async #assertRolesExist(
		policies: readonly Policy[],
		signal: AbortSignal | undefined,
	): Promise<void> {
		for (const { roleId } of policies) {
			const role =
				typeof roleId === "string"
					? await this.#roles.find(roleId, signal)
					: undefined;
			if (role === undefined) {
				throw createError("security.role.not_found", roleId);
			}
		}
	}

	async #assertPlacesExist(
		policies: readonly Policy[],
		signal: AbortSignal | undefined,
	): Promise<void> {
		const restrictions = policies.flatMap(
			(policy) => policy.restrictedTo ?? [],
		);
		for (const { index, collections: names = [] } of restrictions) {
			if (!(await this.#storage.indexExists("public", index, { signal }))) {
				throw createError("services.storage.unknown_index", index);
			}
			const existing = await this.#storage.listCollections("public", index, {
				signal,
			});
			const missing = names.filter((name) => !existing.includes(name));
			if (missing.length > 0) {
				throw createError(
					"services.storage.unknown_collection",
					index,
					missing,
				);
			}
		}
	}
}

/** As the API answers a profile: with the `optimizedPolicies` that Kuzzle adds, whose restrictions print as `{}`. */
function toPublic({ _id, _source }: SecurityDocument): SecurityDocument {
	const policies = Array.isArray(_source.policies) ? _source.policies : [];
	return {
		_id,
		_source: {
			..._source,
			optimizedPolicies: policies.map(toOptimized),
		},
	};
}

function toOptimized(policy: JsonValue): JsonObject {
	if (!isObject(policy)) return {};
	const { roleId = null, restrictedTo } = policy as JsonObject;
	return restrictedTo === undefined ? { roleId } : { roleId, restrictedTo: {} };
}

function readRateLimit(value: unknown): number {
	if (value === undefined || value === null) return 0;
	if (typeof value !== "number" || !Number.isSafeInteger(value)) {
		throw createError("api.assert.invalid_type", "rateLimit", "integer");
	}
	if (value < 0) {
		throw createError(
			"api.assert.invalid_argument",
			"rateLimit",
			"a number of requests per second; 0 is unlimited",
		);
	}
	return value;
}

function readPolicies(id: string, value: unknown): readonly Policy[] {
	if (value === undefined) {
		throw createError("api.assert.missing_argument", "body.policies");
	}
	if (!Array.isArray(value)) {
		throw createError("api.assert.invalid_type", "body.policies", "array");
	}
	if (value.length === 0) return [{ roleId: "default" }];
	return value.map((policy: unknown, position) =>
		readPolicy(`${id}.policies[${position}]`, policy),
	);
}

function readPolicy(name: string, policy: unknown): Policy {
	if (!isObject(policy)) {
		throw createError("api.assert.invalid_type", name, "object");
	}
	const { roleId, restrictedTo } = policy;
	if (roleId === undefined || roleId === null || roleId === "") {
		throw createError("api.assert.missing_argument", `${name}.roleId`);
	}
	assertMembers(name, policy, ["roleId", "restrictedTo"]);
	if (restrictedTo !== undefined) {
		if (!Array.isArray(restrictedTo)) {
			throw createError(
				"api.assert.invalid_type",
				`${name}.restrictedTo`,
				"object[]",
			);
		}
		restrictedTo.forEach((restriction, position) => {
			assertRestriction(`${name}.restrictedTo[${position}]`, restriction);
		});
	}
	return policy as unknown as Policy;
}

function assertRestriction(name: string, restriction: unknown): void {
	if (!isObject(restriction)) {
		throw createError("api.assert.invalid_type", name, "object");
	}
	const { index, collections: names } = restriction;
	if (index === undefined || index === null) {
		throw createError("api.assert.missing_argument", `${name}.index`);
	}
	assertMembers(name, restriction, ["index", "collections"]);
	if (names === undefined || names === null) return;
	if (
		!Array.isArray(names) ||
		names.some((collection) => typeof collection !== "string")
	) {
		throw createError(
			"api.assert.invalid_type",
			`${name}.collections`,
			"string[]",
		);
	}
}

function assertMembers(
	name: string,
	value: Readonly<Record<string, unknown>>,
	allowed: readonly string[],
): void {
	const odd = Object.keys(value).find((member) => !allowed.includes(member));
	if (odd === undefined) return;
	throw createError(
		"api.assert.unexpected_argument",
		`${name}.${odd}`,
		allowed.map((member) => `"${member}"`).join(", "),
	);
}
