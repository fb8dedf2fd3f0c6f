import {
	createError,
	createErrorFrom,
	GatewayError,
} from "../errors/gateway-error.ts";
import { createSteps } from "../errors/steps.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { SearchRequest } from "../search/query.ts";
import type { Invalidation } from "./invalidation.ts";
import type { LoginThrottle } from "./login-throttle.ts";
import { Memory } from "./memory.ts";
import type { WriteContext } from "./roles.ts";
import type { LoginClient, Strategy, Verdict } from "./strategies/strategy.ts";

export interface CredentialsWrite extends WriteContext {
	/** The kuid of who writes them. */
	readonly caller?: string;
	/** Present when users change or delete their own: what they gave as their current password. */
	readonly owner?: { readonly currentPassword: unknown };
}

const REMEMBERED_MAX = 20_000;

/** The strategies by which users log in, and what is done with all of them at once. */
export class Credentials {
	readonly #strategies: ReadonlyMap<string, Strategy>;
	readonly #invalidation: Invalidation;
	readonly #throttle: LoginThrottle;
	/** Which strategies a user has credentials for. */
	readonly #memory = new Memory<readonly string[]>(REMEMBERED_MAX);

	constructor(dependencies: {
		readonly strategies: readonly Strategy[];
		readonly invalidation: Invalidation;
		readonly throttle: LoginThrottle;
	}) {
		this.#strategies = new Map(
			dependencies.strategies.map((strategy) => [strategy.name, strategy]),
		);
		this.#invalidation = dependencies.invalidation;
		this.#throttle = dependencies.throttle;
		dependencies.invalidation.on("strategies", (kuid) =>
			kuid === null ? this.#memory.clear() : this.#memory.forget(kuid),
		);
	}

	names(): string[] {
		return [...this.#strategies.keys()];
	}

	/** Rejects with `api.process.too_many_logins_requests` for a client that has failed too often. */
	async verify(
		strategy: string,
		credentials: Readonly<Record<string, unknown>>,
		context: { readonly client: LoginClient; readonly signal: AbortSignal },
	): Promise<Verdict> {
		const found = this.#find(strategy);
		const account = found.accountOf?.(credentials) ?? null;
		const { address } = context.client;
		return this.#throttle.guard({ strategy, account, address }, () =>
			found.verify(credentials, context),
		);
	}

	/** Names of the strategies that the user can log in by, if no waiting is needed. */
	peekStrategies(kuid: string): readonly string[] | undefined {
		return this.#memory.peek(kuid);
	}

	async strategiesOf(
		kuid: string,
		signal?: AbortSignal,
	): Promise<readonly string[]> {
		const names = await this.#memory.load(
			kuid,
			async () => {
				const found: string[] = [];
				for (const strategy of this.#strategies.values()) {
					if (await strategy.exists(kuid, {})) found.push(strategy.name);
				}
				return found;
			},
			signal,
		);
		return names ?? [];
	}

	/** Rejects with `security.credentials.unknown_strategy`. */
	assertStrategies(credentials: Readonly<Record<string, unknown>>): void {
		for (const name of Object.keys(credentials)) this.#find(name);
	}

	async create(
		strategy: string,
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		options: CredentialsWrite,
	): Promise<JsonObject> {
		return this.#changing(kuid, () =>
			this.#find(strategy).create(kuid, credentials, options),
		);
	}

	async update(
		strategy: string,
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		options: CredentialsWrite,
	): Promise<JsonObject> {
		return this.#changing(kuid, () =>
			this.#find(strategy).update(kuid, credentials, options),
		);
	}

	/** Rejects with a client error when there are none. */
	async delete(
		strategy: string,
		kuid: string,
		options: CredentialsWrite,
	): Promise<void> {
		await this.#changing(kuid, () =>
			this.#find(strategy).delete(kuid, options),
		);
	}

	/** Rejects as `create` would, but for a user who has credentials already. */
	async validate(
		strategy: string,
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		signal: AbortSignal,
	): Promise<void> {
		const context = { signal, update: false };
		await this.#find(strategy).validate(kuid, credentials, context);
	}

	async exist(
		strategy: string,
		kuid: string,
		signal: AbortSignal,
	): Promise<boolean> {
		return this.#find(strategy).exists(kuid, { signal });
	}

	/** What may be shown of them. Rejects with a client error when there are none. */
	async getInfo(
		strategy: string,
		kuid: string,
		signal: AbortSignal,
	): Promise<JsonObject> {
		return this.#find(strategy).getInfo(kuid, { signal });
	}

	/** As `getInfo`, by the strategy's own id. */
	async getById(
		strategy: string,
		id: string,
		signal: AbortSignal,
	): Promise<JsonObject> {
		return (await this.#find(strategy).getById?.(id, { signal })) ?? {};
	}

	/** Rejects with `plugin.strategy.missing_optional_method` for a strategy that cannot search. */
	async search(
		strategy: string,
		request: SearchRequest,
		signal: AbortSignal,
	): Promise<{ readonly hits: readonly JsonObject[]; readonly total: number }> {
		const found = this.#find(strategy);
		if (found.search === undefined) {
			throw createError(
				"plugin.strategy.missing_optional_method",
				strategy,
				"search",
			);
		}
		return found.search(request, { signal });
	}

	/** Names of the strategy's credential fields. */
	fieldsOf(strategy: string): readonly string[] {
		return this.#find(strategy).fields;
	}

	/** For a user just made: all credentials, or none. */
	async createAll(
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		options: CredentialsWrite,
	): Promise<void> {
		const tried: Strategy[] = [];
		try {
			for (const [name, values] of Object.entries(credentials)) {
				const strategy = this.#find(name);
				const given = isObject(values) ? values : {};
				if (await strategy.exists(kuid, { signal: options.signal })) {
					throw createError(
						"security.credentials.database_inconsistency",
						kuid,
					);
				}
				await strategy.validate(kuid, given, { ...options, update: false });
				tried.push(strategy);
				await strategy.create(kuid, given, options);
			}
		} catch (error) {
			// Of one that was cut off, too, something may be there.
			const step = createSteps({ begun: true });
			for (const strategy of tried) {
				if (await step(() => strategy.exists(kuid, {})))
					await step(() => strategy.delete(kuid, {}));
			}
			throw toRejection(error);
		} finally {
			await this.#invalidation.forget("strategies", kuid);
		}
	}

	async deleteAll(kuid: string, options: WriteContext): Promise<void> {
		await this.#changing(kuid, async () => {
			for (const strategy of this.#strategies.values()) {
				if (await strategy.exists(kuid, { signal: options.signal })) {
					await this.#deleteOne(strategy, kuid, options);
				}
			}
		});
	}

	async #deleteOne(
		strategy: Strategy,
		kuid: string,
		options: WriteContext,
	): Promise<void> {
		try {
			await strategy.delete(kuid, options);
		} catch (error) {
			throw toRejection(error);
		}
	}

	async #changing<T>(kuid: string, change: () => Promise<T>): Promise<T> {
		try {
			return await change();
		} finally {
			await this.#invalidation.forget("strategies", kuid);
		}
	}

	#find(name: string): Strategy {
		const strategy = this.#strategies.get(name);
		if (strategy === undefined) {
			throw createError("security.credentials.unknown_strategy", name);
		}
		return strategy;
	}
}

/** A strategy's own refusals have no id; within the creation or deletion of a user they get one. */
function toRejection(error: unknown): unknown {
	if (!(error instanceof GatewayError) || error.id !== undefined) return error;
	return createErrorFrom(error, "security.credentials.rejected", error.message);
}
