import { createError, isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Storage } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import type { CredentialsWrite } from "./credentials.ts";
import { writeOne } from "./documents.ts";
import type { User } from "./user-document.ts";
import type { CreateUser, Users } from "./users.ts";

const TARGET = collections.config.target;
const CLAIM_ID = "portico.first-admin";
/**
 * A claim that old was left behind by a node that stopped in the middle. It takes a hash and a few writes to make an administrator, and who
 * takes longer still holds the lock under which all of that runs (`Administration`).
 */
const STALE_CLAIM_MS = 10_000;

/** Makes the first administrator. Of any number of callers, on any number of nodes, one succeeds. */
export class FirstAdmin {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #users: Users;
	/** Whose claims are ours. */
	readonly #owner: string;
	/** Callers of this node who have a claim, or are about to have one. */
	#running = 0;

	constructor(dependencies: {
		readonly storage: Storage;
		readonly clock: Clock;
		readonly ids: Ids;
		readonly users: Users;
	}) {
		this.#storage = dependencies.storage;
		this.#clock = dependencies.clock;
		this.#users = dependencies.users;
		this.#owner = dependencies.ids.uuid();
	}

	/** Rejects with `api.process.admin_exists` once any user holds the profile `admin`, or while another caller makes one. */
	async create(
		request: Omit<CreateUser, "profileIds">,
		options: CredentialsWrite,
	): Promise<User> {
		this.#running++;
		try {
			return await this.#createClaimed(request, options);
		} finally {
			this.#running--;
		}
	}

	async #createClaimed(
		request: Omit<CreateUser, "profileIds">,
		options: CredentialsWrite,
	): Promise<User> {
		const claim = await this.#claim(options.signal);
		try {
			if (await this.#users.anyHolds("admin", options.signal)) {
				throw createError("api.process.admin_exists");
			}
			return await this.#users.create(
				{ ...request, profileIds: ["admin"] },
				options,
			);
		} finally {
			await this.#release(claim);
		}
	}

	/** Answers the revision of the claim. */
	async #claim(signal: AbortSignal | undefined): Promise<string> {
		const content = { claimedAt: this.#clock.now(), owner: this.#owner };
		try {
			const written = await writeOne(
				this.#storage,
				TARGET,
				{ kind: "create", id: CLAIM_ID, content },
				{ signal },
			);
			return written.revision;
		} catch (error) {
			if (!isErrorId(error, "services.storage.document_already_exists")) {
				throw error;
			}
		}
		const claim = await this.#storage.get(TARGET, CLAIM_ID, { signal });
		if (claim === null || !this.#isAbandoned(claim.content)) {
			throw createError("api.process.admin_exists");
		}
		return this.#takeOver(claim.revision, content);
	}

	/** Left behind by another node, long ago; or by this one, when it lost its store in the middle and nobody here is at it any more. */
	#isAbandoned({ claimedAt, owner }: JsonObject): boolean {
		if (owner === this.#owner && this.#running === 1) return true;
		return this.#clock.now() - Number(claimedAt ?? 0) >= STALE_CLAIM_MS;
	}

	async #takeOver(ifRevision: string, content: JsonObject): Promise<string> {
		try {
			const written = await writeOne(this.#storage, TARGET, {
				kind: "replace",
				id: CLAIM_ID,
				content,
				ifRevision,
			});
			return written.revision;
		} catch {
			throw createError("api.process.admin_exists");
		}
	}

	/** Only one's own claim: another may have taken it over. */
	async #release(ifRevision: string): Promise<void> {
		try {
			await this.#storage.write(TARGET, [
				{ kind: "delete", id: CLAIM_ID, ifRevision },
			]);
		} catch {
			// The outcome of the creation stands. A claim that stays is taken over once it is stale.
		}
	}
}
