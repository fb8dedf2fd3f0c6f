import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isError } from "../support/assert-error.ts";
import { plainStrategy, startSecurity } from "../support/security.ts";

const { signal } = new AbortController();
const everything = {
	query: { kind: "match_all" },
	sort: [],
	from: 0,
	size: 10,
} as const;

describe("a strategy of an application", () => {
	it("need not answer by its own ids, nor be searched", async (test) => {
		const { credentials } = (await startSecurity(test)).security;
		assert.deepEqual(await credentials.getById("plain", "ann", signal), {});
		await assert.rejects(
			credentials.search("plain", everything, signal),
			isError("plugin.strategy.missing_optional_method", ["plain", "search"]),
		);
	});

	it("may do both", async (test) => {
		const strategy = plainStrategy();
		strategy.getById = async (id) => ({ username: id });
		strategy.search = async ({ size }) => ({ hits: [{ size }], total: 1 });
		const node = await startSecurity(test, { strategies: [strategy] });
		const { credentials } = node.security;
		assert.deepEqual(await credentials.getById("plain", "ann", signal), {
			username: "ann",
		});
		assert.deepEqual(await credentials.search("plain", everything, signal), {
			hits: [{ size: 10 }],
			total: 1,
		});
	});

	it("is told who asks, and its names are forgotten with its credentials, on every node", async (test) => {
		const callers: unknown[] = [];
		const strategy = plainStrategy();
		for (const name of ["create", "update"] as const) {
			const own = strategy[name];
			strategy[name] = (kuid, given, context) => {
				callers.push(context.caller);
				return own(kuid, given, context);
			};
		}
		const node = await startSecurity(test, { strategies: [strategy] });
		const other = node.otherNode({ strategies: [strategy] });
		const { credentials } = node.security;
		const options = { refresh: false, caller: "admin" } as const;
		await credentials.create("plain", "ann", { username: "a" }, options);
		await credentials.update("plain", "ann", { username: "b" }, options);
		assert.deepEqual(callers, ["admin", "admin"]);
		assert.deepEqual(await other.security.credentials.strategiesOf("ann"), [
			"plain",
		]);
		await credentials.delete("plain", "ann", options);
		assert.deepEqual(await other.security.credentials.strategiesOf("ann"), []);
	});

	it("has fields of its own", async (test) => {
		const { credentials } = (await startSecurity(test)).security;
		assert.deepEqual(credentials.fieldsOf("plain"), ["username"]);
		assert.throws(
			() => credentials.fieldsOf("ghost"),
			isError("security.credentials.unknown_strategy", ["ghost"]),
		);
	});
});
