import { createError, isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Storage, WriteOperation } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import {
	anyWith,
	assertNoSearch,
	metadata,
	readEach,
	type SecurityDocument,
	toContent,
	writeOne,
} from "./documents.ts";
import type { Invalidation } from "./invalidation.ts";
import { Memory } from "./memory.ts";
import { assertRole, type KnownActions } from "./role-validation.ts";

export interface WriteContext {
	readonly refresh: "wait_for" | false;
	readonly signal?: AbortSignal;
}

export interface RoleWrite extends WriteContext {
	/** Lets controllers through that this server does not know (those of an application). */
	readonly force: boolean;
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
		assertNoSearch(id);
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
			this.#memory.load(
				id,
				async () => {
					const document = await this.#storage.get(TARGET, id);
					if (document === null) return undefined;
					return { _id: id, _source: document.content };
				},
				signal,
			)
		);
	}

	/** In the order of the ids. Rejects with `security.role.not_found` for the first that is missing. */
	async mGet(
		ids: readonly unknown[],
		signal?: AbortSignal,
	): Promise<SecurityDocument[]> {
		return readEach(
			ids,
			(id) => this.find(id, signal),
			(id) => createError("security.role.not_found", id),
		);
	}

	/** Rejects with `services.storage.document_already_exists` for a taken id. */
	async create(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: RoleWrite,
	): Promise<SecurityDocument> {
		this.#assertValid(id, body, options);
		const source = { ...toContent(body), ...metadata(this.#clock.now(), null) };
		return this.#change({ kind: "create", id, content: source }, options);
	}

	async createOrReplace(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: RoleWrite,
	): Promise<SecurityDocument> {
		this.#assertValid(id, body, options);
		return this.write(id, toContent(body), options);
	}

	/** Replaces the whole content, whatever its name says. Rejects with `services.storage.not_found`. */
	async update(
		id: string,
		body: Readonly<Record<string, unknown>>,
		options: RoleWrite,
	): Promise<SecurityDocument> {
		this.#assertValid(id, body, options);
		const now = this.#clock.now();
		const source = { ...toContent(body), ...metadata(now, now) };
		return this.#change({ kind: "replace", id, content: source }, options);
	}

	/** Writes without checks: for the server's own roles. */
	async write(
		id: string,
		content: JsonObject,
		options: WriteContext,
	): Promise<SecurityDocument> {
		const now = this.#clock.now();
		const source = { ...content, ...metadata(now, now) };
		return this.#change(
			{ kind: "createOrReplace", id, content: source },
			options,
		);
	}

	/** Rejects with `security.role.not_found`, `cannot_delete`, and `in_use` while a profile names it. */
	async delete(id: string, { refresh, signal }: WriteContext): Promise<void> {
		await this.get(id, signal);
		if (PROTECTED_IDS.has(id)) throw createError("security.role.cannot_delete");
		const profiles = collections.profiles.target;
		if (await anyWith(this.#storage, profiles, "policies.roleId", id, signal)) {
			throw createError("security.role.in_use", id);
		}
		try {
			await writeOne(
				this.#storage,
				TARGET,
				{ kind: "delete", id },
				{ refresh, signal },
			);
		} catch (error) {
			throw isErrorId(error, "services.storage.not_found")
				? createError("security.role.not_found", id)
				: error;
		} finally {
			await this.#invalidation.forget("role", id);
		}
	}

	#assertValid(
		id: string,
		body: Readonly<Record<string, unknown>>,
		{ force }: RoleWrite,
	): void {
		assertRole(id, body, { known: this.#known, force });
	}

	async #change(
		operation: Extract<
			WriteOperation,
			{ kind: "create" | "createOrReplace" | "replace" }
		> & { readonly id: string },
		options: WriteContext,
	): Promise<SecurityDocument> {
		const { id, content } = operation;
		try {
			await writeOne(this.#storage, TARGET, operation, options);
		} finally {
			// Also where the outcome is unknown.
			await this.#invalidation.forget("role", id);
		}
		return { _id: id, _source: content };
	}
}
