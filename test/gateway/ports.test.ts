import assert from "node:assert/strict";
import { it } from "node:test";
import { createConfig } from "../../src/config.ts";
import { createGateway } from "../../src/gateway.ts";

it("a gateway is not made of a store of one node and a cache of many", () => {
	const reason = "the test says so";
	assert.throws(
		() =>
			createGateway({
				config: createConfig(),
				choice: { backend: "sqlite", reason },
				cacheChoice: { backend: "redis", reason },
			}),
		/SQLite is for one/,
	);
});
