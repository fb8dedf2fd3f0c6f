import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createPinoLog } from "../../../src/lib/pino-log.ts";
import { startGateway, type TestGateway } from "../../support/gateway.ts";
import { createAdmin, createKey } from "../../support/people.ts";

/** What the log holds stands in `lines`. */
async function start(
	test: TestContext,
	security: { readonly tokenInUrl?: boolean },
): Promise<{ gateway: TestGateway; tokens: string[]; lines: string[] }> {
	const lines: string[] = [];
	const log = createPinoLog({
		level: "debug",
		write: (line) => lines.push(line),
	});
	const server = { accessLog: true };
	const gateway = await startGateway({ config: { security, server }, log });
	test.after(() => gateway.stop());
	const token = await createAdmin(gateway);
	return { gateway, tokens: [token, await createKey(gateway, token)], lines };
}

function assertUnlogged(
	lines: readonly string[],
	tokens: readonly string[],
): void {
	const log = lines.join("");
	assert.notEqual(log, "");
	for (const token of tokens)
		for (const part of token.split(".").slice(1))
			assert.ok(!log.includes(part));
}

describe("a token or a key in a URL", () => {
	it("is refused, wherever it points and whatever else is sent, and is not logged", async (test) => {
		const { gateway, tokens, lines } = await start(test, {});
		const me = { controller: "auth", action: "getCurrentUser" };
		for (const token of tokens) {
			for (const [method, path, call] of [
				["GET", `/_me?jwt=${token}`, {}],
				["GET", `/_me?pretty&jwt=${token}`, { token }],
				["GET", `/_me?jwt=${token}&jwt=${token}`, {}],
				["GET", `/_me?%6awt=${token}`, {}],
				["POST", `/_query?jwt=${token}`, { body: me, token }],
			] as const) {
				const { status, body } = await gateway.call(method, path, call);
				assert.equal(status, 400, path);
				assert.equal(body.error.id, "portico.token.in_url");
				assert.match(body.error.message, /Authorization.*security\.tokenInUrl/);
				assert.ok(!JSON.stringify(body).includes(token));
			}
			const lost = await gateway.call("GET", `/nowhere?jwt=${token}`);
			assert.equal(lost.status, 404);
			assert.equal((await gateway.call("GET", "/_me", { token })).status, 200);
		}
		assertUnlogged(lines, tokens);
	});

	it("is taken where the operator allows it, and is not logged either", async (test) => {
		const { gateway, tokens, lines } = await start(test, { tokenInUrl: true });
		for (const token of tokens) {
			const { status, body } = await gateway.call("GET", `/_me?jwt=${token}`);
			assert.equal(status, 200);
			assert.equal(body.result._id, "admin");
			await gateway.call("GET", `/users/ghost?jwt=${token}`);
			await gateway.call("GET", `/nowhere?jwt=${token}`);
			await gateway.call("GET", `/_me?jwt=${token}x`);
		}
		assertUnlogged(lines, tokens);
	});
});
