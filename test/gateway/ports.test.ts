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

it("an application that names an Elasticsearch gets it, without saying so twice", () => {
	const gateway = createGateway({
		config: createConfig({
			services: {
				storageEngine: { client: { node: "http://127.0.0.1:1" } },
			},
		}),
	});
	assert.equal(gateway.status().store, "elasticsearch");
	const own = createGateway({
		config: createConfig(),
	});
	assert.equal(own.status().store, "sqlite");
});
