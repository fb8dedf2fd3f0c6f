import {
	createError,
	createErrorFrom,
	GatewayError,
} from "../errors/gateway-error.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Invalidation } from "./invalidation.ts";
import { Memory } from "./memory.ts";
import type { WriteContext } from "./roles.ts";
import type { Strategy, Verdict } from "./strategies/strategy.ts";

const REMEMBERED_MAX = 20_000;

/** The strategies by which users log in, and what is done with all of them at once. */
export class Credentials {
	readonly #strategies: ReadonlyMap<string, Strategy>;
	readonly #invalidation: Invalidation;
	/** Which strategies a user has credentials for. */
	readonly #memory = new Memory<readonly string[]>(REMEMBERED_MAX);

	constructor(dependencies: {
		readonly strategies: readonly Strategy[];
		readonly invalidation: Invalidation;
	}) {
		this.#strategies = new Map(
			dependencies.strategies.map((strategy) => [strategy.name, strategy]),
		);
		this.#invalidation = dependencies.invalidation;
		dependencies.invalidation.on("strategies", (kuid) =>
			kuid === null ? this.#memory.clear() : this.#memory.forget(kuid),
		);
	}

	names(): string[] {
		return [...this.#strategies.keys()];
	}

	async verify(
		strategy: string,
		credentials: Readonly<Record<string, unknown>>,
		signal: AbortSignal,
	): Promise<Verdict> {
		return this.#find(strategy).verify(credentials, { signal });
	}

	/** Names of the strategies that the user can log in by, if no waiting is needed. */
	peekStrategies(kuid: string): readonly string[] | undefined {
		return this.#memory.peek(kuid);
	}

	async strategiesOf(
		kuid: string,
		signal?: AbortSignal,
	): Promise<readonly string[]> {
		const names = await this.#memory.load(kuid, async () => {
			const found: string[] = [];
			for (const strategy of this.#strategies.values()) {
				if (await strategy.exists(kuid, { signal })) found.push(strategy.name);
			}
			return found;
		});
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
		options: WriteContext,
	): Promise<JsonObject> {
		return this.#changing(kuid, () =>
			this.#find(strategy).create(kuid, credentials, options),
		);
	}

	async update(
		strategy: string,
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		options: WriteContext,
	): Promise<JsonObject> {
		return this.#changing(kuid, () =>
			this.#find(strategy).update(kuid, credentials, options),
		);
	}

	/** For a user just made: all credentials, or none. */
	async createAll(
		kuid: string,
		credentials: Readonly<Record<string, unknown>>,
		options: WriteContext,
	): Promise<void> {
		const created: Strategy[] = [];
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
				await strategy.create(kuid, given, options);
				created.push(strategy);
			}
		} catch (error) {
			for (const strategy of created) await strategy.delete(kuid, {});
			throw toRejection(error);
		} finally {
			await this.#invalidation.forget("strategies", kuid);
		}
	}

	async deleteAll(kuid: string, options: WriteContext): Promise<void> {
		await this.#changing(kuid, async () => {
			for (const strategy of this.#strategies.values()) {
				if (await strategy.exists(kuid, { signal: options.signal })) {
					await strategy.delete(kuid, options);
				}
			}
		});
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

/** A strategy's own refusals have no id; within the creation of a user they get one. */
function toRejection(error: unknown): unknown {
	if (!(error instanceof GatewayError) || error.id !== undefined) return error;
	return createErrorFrom(error, "security.credentials.rejected", error.message);
}
