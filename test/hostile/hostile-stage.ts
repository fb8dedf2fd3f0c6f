import assert from "node:assert/strict";
import type { Backend } from "../support/backends.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin, createKey, createUser, must } from "../support/people.ts";
import { type Dump, openDump } from "./dump.ts";

/** The 5xx that the facts name for what a client does: a token beside a cookie, a user without a profile, and an export by WebSocket. */
const KNOWN_5XX: ReadonlySet<unknown> = new Set([
	"security.token.verification_error",
	"security.user.no_profile",
	"api.assert.unsupported_protocol",
]);

interface Failure {
	readonly message?: unknown;
	readonly status?: unknown;
	readonly id?: unknown;
}

/** A gateway for people who mean it harm: rights are restricted, and one key opens everything. */
export class HostileStage {
	readonly gateway: TestGateway;
	/** An API key of somebody who may do everything, whatever becomes of other users and their rights. */
	readonly key: string;
	readonly #dump: Dump;
	#digest: string;

	private constructor(
		gateway: TestGateway,
		key: string,
		dump: Dump,
		digest: string,
	) {
		this.gateway = gateway;
		this.key = key;
		this.#dump = dump;
		this.#digest = digest;
	}

	static async start(backend: Backend): Promise<HostileStage> {
		const config = { limits: { loginsPerSecond: 1_000 } };
		const gateway = await startGateway({ backend, config });
		try {
			const key = await createMasterKey(gateway);
			const dump = openDump(gateway);
			return new HostileStage(gateway, key, dump, await dump.quick());
		} catch (error) {
			await gateway.stop();
			throw error;
		}
	}

	async stop(): Promise<void> {
		this.#dump.close();
		await this.gateway.stop();
	}

	/** What holds for every answer: it is no defect of ours, and when it says no, nothing has changed. */
	async check(answer: {
		readonly status: number;
		readonly error: Failure | null | undefined;
		/** For the report of a failure. */
		readonly request: unknown;
	}): Promise<void> {
		const { status, error, request } = answer;
		const what = `${describe(request)} was answered ${status} ${describe(error)}`;
		assert.ok(Number.isInteger(status) && status >= 200 && status < 600, what);
		if (status >= 500) assert.ok(KNOWN_5XX.has(error?.id), what);
		if (status >= 400) {
			assert.equal(typeof error?.message, "string", what);
			assert.equal(error?.status, status, what);
		}
		assertClean();
		const digest = await this.#dump.quick();
		if (status >= 400)
			assert.equal(digest, this.#digest, `${what}, and the store has changed`);
		this.#digest = digest;
	}

	/** A digest of all that the store holds. */
	contents(): Promise<string> {
		return this.#dump.contents();
	}

	/** The gateway is there for others. */
	async assertServes(): Promise<void> {
		const now = { controller: "server", action: "now" };
		assert.ok((await must(this.gateway, now, this.key)).now > 0);
	}
}

async function createMasterKey(gateway: TestGateway): Promise<string> {
	const admin = await createAdmin(gateway);
	const _id = "master-of-the-test";
	const write = (action: string, body: object) =>
		must(gateway, { controller: "security", action, _id, body }, admin);
	const everything = { "*": { actions: { "*": true } } };
	await write("createOrReplaceRole", { controllers: everything });
	await write("createOrReplaceProfile", {
		policies: [{ roleId: _id }],
		rateLimit: 0,
	});
	const login = await createUser(gateway, admin, { _id, profileIds: [_id] });
	for (const profile of ["anonymous", "default"])
		await must(
			gateway,
			{
				controller: "security",
				action: "createOrReplaceProfile",
				_id: profile,
				body: { policies: [{ roleId: profile }], rateLimit: 0 },
			},
			admin,
		);
	return createKey(gateway, login);
}

/** Nothing that came in has become a part of every object. */
function assertClean(): void {
	assert.deepEqual(Object.keys(Object.prototype), []);
	for (const name in {}) assert.fail(`Every object has a member ${name} now.`);
}

function describe(value: unknown): string {
	const text = typeof value === "string" ? value : JSON.stringify(value);
	return `${text?.slice(0, 2_000)}`;
}
