import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { packageRoot } from "../../src/lib/package-root.ts";
import { type Backend, backends } from "../support/backends.ts";
import { PROTOCOLS, type Protocol } from "../support/callers.ts";
import { declaredActions } from "../support/declared-actions.ts";
import { Stage } from "../support/stage.ts";
import {
	addVictims,
	asAdmin,
	createAttacker,
	mayDoEverything,
	VICTIM,
} from "./attacker.ts";
import { ESCALATIONS, type Escalation, type Power } from "./escalations.ts";

/** Those whose actions decide about rights and logins. */
const CONTROLLERS: ReadonlySet<string> = new Set([
	"admin",
	"auth",
	"kuzzle-plugin-auth-passport-local/password",
	"security",
]);
/** What an action that only reads is called. `refresh` lets searches see what was written, `refreshIndexCache` does nothing. */
const READS =
	/^(get|mGet|search|scroll|check|has|validate|credentialsExist|refresh$|refreshIndexCache$)/;
/** Does not only read, though it is called so. */
const NO_READ = /:getResetPasswordToken$/;
const GAINS: Readonly<Record<Power, string>> = {
	everything: "can make himself an administrator",
	others: "harms others and gains nothing",
	own: "stays what he is",
	nothing: "gains nothing",
};
/** More logins in a second than people need. */
const config = { limits: { loginsPerSecond: 10_000 } };

describe("the table of what rights amount to", () => {
	it("has every action that writes users, rights, logins or tokens, once", () => {
		const writing = declaredActions()
			.filter(({ controller }) => CONTROLLERS.has(controller))
			.filter(({ action, name }) => !READS.test(action) || NO_READ.test(name))
			.map(({ name }) => name);
		const named = ESCALATIONS.map(({ right }) => right);
		assert.deepEqual([...named].sort(), writing.sort());
	});

	it("is what docs/security.md tells operators", async () => {
		const page = await readFile(
			path.join(packageRoot, "docs", "security.md"),
			"utf8",
		);
		for (const power of ["everything", "others", "own", "nothing"] as const)
			assert.deepEqual(rightsIn(page, power), rightsOf(power), power);
	});
});

for (const backend of backends()) {
	describe(`who holds one right alone, on ${backend},`, () => {
		let shared: Stage;
		before(async () => {
			shared = await startStage(backend);
		});
		after(() => shared?.stop());

		for (const escalation of ESCALATIONS)
			for (const protocol of protocolsOf(backend, escalation))
				it(`${escalation.right}, ${GAINS[escalation.power]} (${protocol})`, async () => {
					if (!escalation.alone) return run(shared, escalation, protocol);
					const own = await startStage(backend);
					try {
						await run(own, escalation, protocol);
					} finally {
						await own.stop();
					}
				});
	});
}

/** Those that need a gateway for themselves, and other stores, by one protocol: who decides is the same. */
function protocolsOf(
	backend: Backend,
	{ alone }: Escalation,
): readonly Protocol[] {
	return backend === "sqlite" && !alone ? PROTOCOLS : ["websocket"];
}

async function startStage(backend: Backend): Promise<Stage> {
	const stage = await Stage.start({ backend, config });
	await addVictims(stage);
	await asAdmin(
		stage,
		// As where people who forgot their passwords are to be helped.
		{
			action: "security:updateRole",
			args: { _id: "anonymous" },
			body: {
				controllers: {
					auth: { actions: { login: true } },
					"kuzzle-plugin-auth-passport-local/password": {
						actions: { reset: true },
					},
				},
			},
		},
		{
			action: "security:createApiKey",
			args: { _id: "of-the-victim", userId: VICTIM, refresh: false },
			body: { description: "d" },
		},
		{
			action: "security:createRole",
			args: { _id: "unused", refresh: false },
			body: { controllers: { auth: { actions: { logout: true } } } },
		},
		{
			action: "security:createProfile",
			args: { _id: "unused" },
			body: { policies: [{ roleId: "default" }] },
		},
	);
	return stage;
}

async function run(
	stage: Stage,
	{ right, power, attack }: Escalation,
	protocol: Protocol,
): Promise<void> {
	const attacker = await createAttacker(stage, [right], protocol);
	try {
		assert.equal(await mayDoEverything(attacker, attacker.token), false);
		const token = await attack(attacker);
		assert.equal(
			await mayDoEverything(attacker, token),
			power === "everything",
		);
	} finally {
		attacker.close();
	}
}

function rightsOf(power: Power): string[] {
	return ESCALATIONS.filter((row) => row.power === power)
		.map(({ right }) => right)
		.sort();
}

/** The names in the row of docs/security.md that begins with the power. */
function rightsIn(page: string, power: Power): string[] {
	const rows = page
		.split("\n")
		.filter((line) => line.startsWith(`| ${power} |`));
	const names = rows.flatMap((row) =>
		[...row.matchAll(/`([^`]+:[^`]+)`/g)].map(([, name]) => name ?? ""),
	);
	return names.sort();
}
