import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBareError } from "../../../src/errors/gateway-error.ts";
import type { Strategy } from "../../../src/security/strategies/strategy.ts";
import { startGateway } from "../../support/gateway.ts";
import { must } from "../../support/people.ts";

/** Takes any badge for that of the user it names, and gives none back. */
const badge: Strategy = {
	name: "badge",
	fields: ["number"],
	verify: async ({ number }) =>
		typeof number === "string"
			? { ok: true, kuid: number }
			: { ok: false, reason: "Show your badge." },
	exists: async (kuid) => kuid === "ann",
	validate: async () => {},
	create: async () => ({}),
	update: async () => ({}),
	async delete() {
		throw createBareError(403, "Badges are for life.");
	},
	getInfo: async () => ({}),
};

function login(body: object) {
	return { controller: "auth", action: "login", strategy: "badge", body };
}

describe("a strategy of an application's own", () => {
	it("logs users in, beside the local one", async (t) => {
		const gateway = await startGateway({ strategies: [badge] });
		t.after(() => gateway.stop());
		await must(gateway, {
			controller: "security",
			action: "createUser",
			_id: "ann",
			body: { content: { profileIds: ["default"] } },
		});
		const { jwt } = await must(gateway, login({ number: "ann" }));
		const me = { controller: "auth", action: "getCurrentUser" };
		const user = await must(gateway, me, jwt);
		assert.deepEqual([user._id, user.strategies], ["ann", ["badge"]]);
		const strategies = { controller: "auth", action: "getStrategies" };
		assert.deepEqual(await must(gateway, strategies), ["local", "badge"]);
	});

	it("is heard on why it refuses", async (t) => {
		const gateway = await startGateway({ strategies: [badge] });
		t.after(() => gateway.stop());
		const { status, error } = await gateway.query(login({}));
		assert.deepEqual(
			[status, error.id, error.props],
			[401, "plugin.strategy.missing_user", ["Show your badge."]],
		);
	});

	it("cannot log in a user whom the gateway does not know", async (t) => {
		const gateway = await startGateway({ strategies: [badge] });
		t.after(() => gateway.stop());
		const { status, error, result } = await gateway.query(
			login({ number: "ghost" }),
		);
		assert.deepEqual(
			[status, error.id, error.props, result],
			[500, "plugin.strategy.unknown_kuid", ["badge"], null],
		);
	});

	it("that refuses to let go of a user keeps the user", async (t) => {
		const gateway = await startGateway({ strategies: [badge] });
		t.after(() => gateway.stop());
		const user = { controller: "security", _id: "ann" };
		await must(gateway, {
			...user,
			action: "createUser",
			body: { content: { profileIds: ["default"] } },
		});
		const refused = await gateway.query({ ...user, action: "deleteUser" });
		assert.equal(refused.status, 400);
		assert.equal(refused.error.id, "security.credentials.rejected");
		await must(gateway, { ...user, action: "getUser" });
	});
});
