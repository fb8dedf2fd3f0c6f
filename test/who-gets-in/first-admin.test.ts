import assert from "node:assert/strict";
import { it } from "node:test";
import { backends } from "../support/backends.ts";
import { createCaller, PROTOCOLS } from "../support/callers.ts";
import { startGateway } from "../support/gateway.ts";
import { logIn, PASSWORD } from "../support/people.ts";

const CALLERS_PER_PROTOCOL = 25;
/** While another is at it, and once it is done. */
const TOO_LATE = ["api.process.action_locked", "api.process.admin_exists"];

for (const backend of backends())
	it(`of fifty callers of both protocols at once, one becomes the first administrator, on ${backend}`, async () => {
		const gateway = await startGateway({
			backend,
			config: { limits: { loginsPerSecond: 1_000 } },
		});
		try {
			const names = Array.from(
				{ length: 2 * CALLERS_PER_PROTOCOL },
				(_, n) => `admin-${n}`,
			);
			const callers = await Promise.all(
				names.map((_, n) =>
					createCaller(PROTOCOLS[n % 2] ?? "http", gateway.url),
				),
			);
			const answers = await Promise.all(
				callers.map((caller, n) => caller.query(toRequest(names[n] ?? ""))),
			);
			for (const caller of callers) caller.close();
			const winners = names.filter((_, n) => answers[n].status === 200);
			assert.equal(winners.length, 1);
			for (const { status, error } of answers)
				if (status !== 200) {
					assert.equal(status, 412);
					assert.ok(TOO_LATE.includes(error.id), error.id);
				}
			await assertOnly(gateway, names, winners[0] ?? "");
		} finally {
			await gateway.stop();
		}
	});

function toRequest(_id: string): Record<string, unknown> {
	const credentials = { local: { username: _id, password: PASSWORD } };
	const body = { content: {}, credentials };
	return { controller: "security", action: "createFirstAdmin", _id, body };
}

/** Of the others nothing is left: no user, and no login. Anybody may look, since rights were not restricted. */
async function assertOnly(
	gateway: Parameters<typeof logIn>[0],
	names: readonly string[],
	winner: string,
): Promise<void> {
	await logIn(gateway, winner);
	for (const _id of names.filter((name) => name !== winner)) {
		const user = await gateway.query({
			controller: "security",
			action: "getUser",
			_id,
		});
		assert.equal(user.error?.id, "security.user.not_found");
	}
	// A login takes a while, so not each.
	for (const username of names.filter((name) => name !== winner).slice(0, 4)) {
		const login = await gateway.query({
			controller: "auth",
			action: "login",
			strategy: "local",
			body: { username, password: PASSWORD },
		});
		assert.equal(login.error?.id, "plugin.strategy.missing_user");
	}
}
