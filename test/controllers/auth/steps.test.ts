import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import type { Strategy } from "../../../src/security/strategies/strategy.ts";
import { startGateway } from "../../support/gateway.ts";
import { must, whoIs } from "../../support/people.ts";

/** As OpenID Connect and the like go: away to where people show who they are, and back with a code that only that place gives out. */
function createElsewhere(): Strategy & { giveCode(kuid: string): string } {
	const states = new Set<string>();
	const codes = new Map<string, string>();
	return {
		name: "elsewhere",
		fields: [],
		giveCode(kuid) {
			const code = randomUUID();
			codes.set(code, kuid);
			return code;
		},
		async verify({ code, state }, { client }) {
			if (code === undefined) {
				const fresh = randomUUID();
				states.add(fresh);
				return {
					ok: "continue",
					status: 302,
					headers: {
						location: `https://elsewhere.example/?state=${fresh}`,
						"set-cookie": `elsewhere=${fresh}; HttpOnly; Path=/_login`,
					},
					content: { goTo: "elsewhere" },
				};
			}
			const kuid = codes.get(String(code));
			codes.delete(String(code));
			const isOurs =
				states.delete(String(state)) &&
				client.headers.cookie === `elsewhere=${state}`;
			return kuid !== undefined && isOurs
				? { ok: true, kuid }
				: { ok: false, reason: "Begin again." };
		},
		exists: async (kuid) => kuid === "ann",
		validate: async () => {},
		create: async () => ({}),
		update: async () => ({}),
		delete: async () => {},
		getInfo: async () => ({}),
	};
}

async function startWithAnn(elsewhere: Strategy) {
	const gateway = await startGateway({ strategies: [elsewhere] });
	await must(gateway, {
		controller: "security",
		action: "createUser",
		_id: "ann",
		body: { content: { profileIds: ["default"] } },
	});
	return gateway;
}

describe("a strategy of several steps", () => {
	it("sends the client away, and logs it in when it comes back", async (t) => {
		const elsewhere = createElsewhere();
		const gateway = await startWithAnn(elsewhere);
		t.after(() => gateway.stop());

		const first = await gateway.call("GET", "/_login/elsewhere");
		assert.equal(first.status, 302);
		assert.deepEqual(first.body.result, { goTo: "elsewhere" });
		assert.equal(first.body.error, null);
		const { searchParams } = new URL(String(first.headers.location));
		const state = searchParams.get("state");
		const cookie = `elsewhere=${state}`;

		const code = elsewhere.giveCode("ann");
		const callback = `/_login/elsewhere?code=${code}&state=${state}`;
		const back = await gateway.call("GET", callback, { headers: { cookie } });
		assert.equal(back.status, 200, back.text);
		assert.equal(back.body.result._id, "ann");
		assert.equal(await whoIs(gateway, back.body.result.jwt), "ann");
	});

	it("sees where the client is, and refuses who comes back as another", async (t) => {
		const elsewhere = createElsewhere();
		const gateway = await startWithAnn(elsewhere);
		t.after(() => gateway.stop());
		const first = await gateway.call("GET", "/_login/elsewhere");
		const state = String(first.headers.location).split("state=")[1];
		const code = elsewhere.giveCode("ann");
		const callback = `/_login/elsewhere?code=${code}&state=${state}`;
		const { status, body } = await gateway.call("GET", callback);
		assert.equal(status, 401);
		assert.equal(body.error.id, "plugin.strategy.missing_user");
	});

	it("answers its step over WebSocket too", async (t) => {
		const gateway = await startWithAnn(createElsewhere());
		t.after(() => gateway.stop());
		const client = await gateway.connect();
		const login = { controller: "auth", action: "login" };
		const answer = await client.request({ ...login, strategy: "elsewhere" });
		assert.equal(answer.status, 302);
		assert.match(String(answer.headers.location), /^https:\/\/elsewhere\./);
	});
});
