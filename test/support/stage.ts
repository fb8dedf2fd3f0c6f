import assert from "node:assert/strict";
import type { ConfigOverrides } from "../../src/config.ts";
import type { Backend } from "./backends.ts";
import { startGateway, type TestGateway } from "./gateway.ts";

/** Who sends a request: nobody in particular, the administrator, or a user who may do exactly what is listed (`auth:login`, `server:*`). */
export type Actor = "anonymous" | "admin" | readonly `${string}:${string}`[];

export interface StageOptions {
	readonly backend: Backend;
	readonly config?: ConfigOverrides;
	/** Leaves the gateway as it is after its first start: no user, and anyone may do everything. Default: rights are restricted. */
	readonly open?: boolean;
}

const PASSWORD = "not a secret";

/** A gateway with people on it, who appear when they are first asked for. */
export class Stage {
	readonly gateway: TestGateway;
	#tokens = new Map<string, Promise<string | undefined>>();
	#publicApi: Promise<Record<string, Record<string, unknown>>> | undefined;
	#count = 0;

	private constructor(gateway: TestGateway) {
		this.gateway = gateway;
	}

	static async start({
		backend,
		config,
		open = false,
	}: StageOptions): Promise<Stage> {
		const gateway = await startGateway({
			backend,
			config: withMqtt(config),
		});
		const stage = new Stage(gateway);
		try {
			if (!open) await stage.#restrict();
		} catch (error) {
			await stage.stop();
			throw error;
		}
		return stage;
	}

	stop(): Promise<void> {
		return this.gateway.stop();
	}

	/** A number that this stage has not given out before: names made with it do not clash. */
	next(): number {
		return ++this.#count;
	}

	/** The token to send a request with; undefined for nobody. */
	token(actor: Actor): Promise<string | undefined> {
		const key = typeof actor === "string" ? actor : actor.join();
		let token = this.#tokens.get(key);
		if (token === undefined) {
			token = this.#createToken(actor);
			this.#tokens.set(key, token);
		}
		return token;
	}

	/** Runs a request and answers its result. Throws when it fails. Default: as the administrator. */
	async must(
		request: Readonly<Record<string, unknown>>,
		actor: Actor = "admin",
		// biome-ignore lint/suspicious/noExplicitAny: results have every shape.
	): Promise<any> {
		const reply = await this.gateway.query(request, await this.token(actor));
		assert.equal(
			reply.status,
			200,
			`${JSON.stringify(request)}: ${JSON.stringify(reply.error)}`,
		);
		return reply.result;
	}

	/** What `server:publicApi` tells. */
	publicApi(): Promise<Record<string, Record<string, unknown>>> {
		this.#publicApi ??= this.must(
			{ controller: "server", action: "publicApi" },
			"anonymous",
		);
		return this.#publicApi;
	}

	async #restrict(): Promise<void> {
		const body = { content: {}, credentials: localLogin("admin") };
		await this.must(
			{
				controller: "security",
				action: "createFirstAdmin",
				_id: "admin",
				reset: true,
				body,
			},
			"anonymous",
		);
		await this.liftRateLimits();
	}

	/** Tests send more requests in a second than the standard profiles allow. */
	async liftRateLimits(): Promise<void> {
		for (const _id of ["anonymous", "default"]) {
			await this.must({
				controller: "security",
				action: "createOrReplaceProfile",
				_id,
				body: { policies: [{ roleId: _id }], rateLimit: 0 },
				refresh: false,
			});
		}
	}

	async #createToken(actor: Actor): Promise<string | undefined> {
		if (actor === "anonymous") return undefined;
		if (actor === "admin") return this.#logIn("admin");
		const name = `user-${this.next()}`;
		await this.#createUser(name, actor);
		return this.#logIn(name);
	}

	async #logIn(username: string): Promise<string> {
		const result = await this.must(
			{
				controller: "auth",
				action: "login",
				strategy: "local",
				body: { username, password: PASSWORD },
			},
			"anonymous",
		);
		return result.jwt;
	}

	/** A role, a profile and a user of one name. */
	async #createUser(_id: string, rights: readonly string[]): Promise<void> {
		const security = (action: string, body: object) =>
			this.must({
				controller: "security",
				action,
				_id,
				body,
				// All are read by their ids.
				refresh: false,
			});
		await security("createOrReplaceRole", { controllers: toRole(rights) });
		await security("createOrReplaceProfile", {
			policies: [{ roleId: _id }],
			rateLimit: 0,
		});
		await security("createUser", {
			content: { profileIds: [_id] },
			credentials: localLogin(_id),
		});
	}
}

function localLogin(username: string): object {
	return { local: { username, password: PASSWORD } };
}

/** A role must name an action: one without rights refuses everything in so many words. */
function toRole(rights: readonly string[]): object {
	const controllers: Record<string, { actions: Record<string, boolean> }> = {};
	if (rights.length === 0) return { "*": { actions: { "*": false } } };
	for (const right of rights) {
		const [controller = "", action = ""] = right.split(":");
		controllers[controller] ??= { actions: {} };
		controllers[controller].actions[action] = true;
	}
	return controllers;
}

function withMqtt(config: ConfigOverrides = {}): ConfigOverrides {
	const { protocols } = config.server ?? {};
	const mqtt = { ...protocols?.mqtt, enabled: true };
	const server = { ...config.server, protocols: { ...protocols, mqtt } };
	return { ...config, server };
}
