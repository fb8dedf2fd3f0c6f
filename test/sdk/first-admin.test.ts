import assert from "node:assert/strict";
import { it } from "node:test";
import sdk from "kuzzle-sdk";
import { backends } from "../support/backends.ts";
import { startGateway } from "../support/gateway.ts";
import { must, PASSWORD } from "../support/people.ts";

for (const backend of backends()) {
	for (const protocol of ["Http", "WebSocket"] as const) {
		it(`the SDK makes the first administrator over ${protocol} on ${backend}`, async (t) => {
			const gateway = await startGateway({ backend });
			t.after(() => gateway.stop());
			const { port } = gateway;
			const kuzzle = new sdk.Kuzzle(new sdk[protocol](gateway.host, { port }));
			t.after(() => kuzzle.disconnect());
			await kuzzle.connect();
			assert.equal(await kuzzle.server.adminExists({}), false);
			const credentials = { username: "root", password: PASSWORD };
			const admin = await kuzzle.security.createFirstAdmin(
				"root",
				{ content: {}, credentials: { local: credentials } },
				{ reset: true },
			);
			assert.deepEqual([admin._id, admin.profileIds], ["root", ["admin"]]);
			await assert.rejects(kuzzle.server.adminExists({}), {
				id: "security.rights.unauthorized",
			});
			const jwt = await kuzzle.auth.login("local", credentials);
			const exists = { controller: "server", action: "adminExists" };
			assert.deepEqual(await must(gateway, exists, jwt), { exists: true });
		});
	}
}
