import type { Storage } from "../storage/storage.ts";
import type { Credentials } from "./credentials.ts";
import type { Invalidation } from "./invalidation.ts";
import {
	type LoadOptions,
	loadSecurities,
	type Securities,
} from "./load-securities.ts";
import type { Locks } from "./locks.ts";
import type { Profiles } from "./profiles.ts";
import { resetSecurity } from "./reset-security.ts";
import type { Roles } from "./roles.ts";
import type { Users } from "./users.ts";

/** One name for all of them: each writes what the others write. */
const LOCK = "security";

export interface AdministrationDependencies {
	readonly storage: Storage;
	readonly locks: Locks;
	readonly invalidation: Invalidation;
	readonly roles: Roles;
	readonly profiles: Profiles;
	readonly users: Users;
	readonly credentials: Credentials;
	/** Finds out anew whether anyone may do everything. */
	readonly findOpen: () => Promise<unknown>;
}

/** Work on users and rights as a whole. None of it runs twice at once, on whatever node, nor beside another of its kind. */
export class Administration {
	readonly #dependencies: AdministrationDependencies;

	constructor(dependencies: AdministrationDependencies) {
		this.#dependencies = dependencies;
	}

	/** Runs the work of the action alone. Rejects with `api.process.action_locked` while any such work is under way. */
	async runAlone<T>(action: string, work: () => Promise<T>): Promise<T> {
		return this.#dependencies.locks.run({ name: LOCK, action }, work);
	}

	/** As `loadSecurities` of `load-securities.ts`, alone. */
	async load(
		action: string,
		securities: Securities,
		options: LoadOptions,
	): Promise<void> {
		await this.changeAlone(action, () =>
			loadSecurities(this.#dependencies, securities, options),
		);
	}

	/** As `resetSecurity` of `reset-security.ts`, alone. Once begun it goes on to its end, whatever the signal. */
	async reset(
		action: string,
		signal: AbortSignal,
	): ReturnType<typeof resetSecurity> {
		return this.changeAlone(action, () => {
			signal.throwIfAborted();
			return resetSecurity(this.#dependencies);
		});
	}

	/** As `runAlone`, for work that changes more than can be named. Afterwards nodes remember nothing, also where it failed: something may be done. */
	async changeAlone<T>(action: string, work: () => Promise<T>): Promise<T> {
		return this.runAlone(action, async () => {
			try {
				return await work();
			} finally {
				await this.#dependencies.invalidation.forgetEverything();
				// A store that is away has said so already; what was found last stays meanwhile.
				await this.#dependencies.findOpen().catch(() => {});
			}
		});
	}
}
