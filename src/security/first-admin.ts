import { createError, isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { Storage } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import { writeOne } from "./documents.ts";
import type { WriteContext } from "./roles.ts";
import type { CreateUser, User, Users } from "./users.ts";

const TARGET = collections.config.target;
const CLAIM_ID = "portico.first-admin";
/** A claim that old was left behind by a node that stopped in the middle. */
const STALE_CLAIM_MS = 60_000;

/** Makes the first administrator. Of any number of callers, on any number of nodes, one succeeds. */
export class FirstAdmin {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #users: Users;

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly users: Users;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#users = dependencies.users;
	}

	/** Rejects with `api.process.admin_exists` once any user holds the profile `admin`, or while another caller makes one. */
	async create(
		request: Omit<CreateUser, "profileIds">,
		options: WriteContext,
	): Promise<User> {
		await this.#claim(options.signal);
		try {
			if (await this.#users.anyHolds("admin", options.signal)) {
				throw createError("api.process.admin_exists");
			}
			return await this.#users.create(
				{ ...request, profileIds: ["admin"] },
				options,
			);
		} finally {
			await this.#storage.write(TARGET, [{ kind: "delete", id: CLAIM_ID }]);
		}
	}

	async #claim(signal: AbortSignal | undefined): Promise<void> {
		const content = { claimedAt: this.#clock.now() };
		try {
			await writeOne(
				this.#storage,
				TARGET,
				{ kind: "create", id: CLAIM_ID, content },
				{ signal },
			);
			return;
		} catch (error) {
			if (!isErrorId(error, "services.storage.document_already_exists")) {
				throw error;
			}
		}
		const claim = await this.#storage.get(TARGET, CLAIM_ID, { signal });
		const since = Number(claim?.content.claimedAt ?? 0);
		if (claim === null || this.#clock.now() - since < STALE_CLAIM_MS) {
			throw createError("api.process.admin_exists");
		}
		await this.#takeOver(claim.revision, content);
	}

	async #takeOver(
		ifRevision: string,
		content: { claimedAt: number },
	): Promise<void> {
		try {
			await writeOne(this.#storage, TARGET, {
				kind: "replace",
				id: CLAIM_ID,
				content,
				ifRevision,
			});
		} catch {
			throw createError("api.process.admin_exists");
		}
	}
}
