import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { JsonObject, JsonValue } from "../../src/lib/json.ts";
import { isError } from "../support/assert-error.ts";
import { startSecurity, type TestSecurity } from "../support/security.ts";
import { testEnvelope } from "../support/test-envelope.ts";

type Request = Readonly<Record<string, unknown>> & {
	readonly controller: string;
	readonly action: string;
};

/** One profile `p` of one role; `restrictedTo` absent: everywhere. */
async function start(
	test: TestContext,
	controllers: JsonObject,
	restrictedTo?: JsonValue,
): Promise<TestSecurity> {
	const node = await startSecurity(test);
	await node.role("p", controllers, restrictedTo);
	return node;
}

async function allows(
	node: TestSecurity,
	{ controller, action, ...args }: Request,
	profileIds = ["p"],
): Promise<boolean> {
	return node.security.rights.allows(profileIds, { controller, action, args });
}

const MEGABYTE = 1024 * 1024;
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function heapBytes(): number {
	collectGarbage();
	return process.memoryUsage().heapUsed;
}

const all = { actions: { "*": true } };
const get = { controller: "document", action: "get" };
const remove = { controller: "index", action: "delete" };
const search = { controller: "document", action: "search" };
const target = (index: unknown, ...names: unknown[]) => ({
	index,
	collections: names,
});

interface Table {
	readonly title: string;
	readonly controllers: JsonObject;
	readonly restrictedTo?: JsonValue;
	readonly rows: readonly (readonly [Request, boolean])[];
}

const tables: readonly Table[] = [
	{
		title: "recorded: auth-check-rights",
		controllers: {
			document: { actions: { get: true, search: true, delete: false } },
			auth: all,
		},
		restrictedTo: [{ index: "nyc", collections: ["yellow"] }, { index: "sf" }],
		rows: [
			[{ ...get, index: "nyc", collection: "yellow", _id: "x" }, true],
			[{ ...get, index: "nyc", collection: "green", _id: "x" }, false],
			[{ ...get, index: "sf", collection: "any", _id: "x" }, true],
			[{ ...get, index: "la", collection: "any", _id: "x" }, false],
			[
				{
					controller: "document",
					action: "delete",
					index: "nyc",
					collection: "yellow",
				},
				false,
			],
			[
				{
					controller: "document",
					action: "create",
					index: "nyc",
					collection: "yellow",
				},
				false,
			],
			[{ ...search, index: "nyc" }, true],
			[get, true],
			[{ controller: "auth", action: "login" }, true],
			[{ controller: "security", action: "getUser", _id: "x" }, false],
			[{ controller: "ghost", action: "x" }, false],
		],
	},
	{
		title: "recorded: an exact name hides the wildcard",
		controllers: { "*": all, document: { actions: { get: false } } },
		rows: [
			[get, false],
			[search, false],
			[{ controller: "server", action: "now" }, true],
			[{ controller: "ms", action: "ping" }, true],
			[{ ...search, targets: [target("a", "c")] }, false],
		],
	},
	{
		title: "recorded: an exact action hides the wildcard action",
		controllers: {
			document: { actions: { "*": true, get: false } },
			auth: all,
		},
		rows: [
			[get, false],
			[search, true],
			[{ ...search, targets: [target("a", "c", "d"), target("b", "c")] }, true],
			[{ controller: "server", action: "now" }, false],
		],
	},
	{
		title: "recorded: memoryStorage is ms",
		controllers: { memoryStorage: all },
		rows: [
			[{ controller: "ms", action: "ping" }, true],
			[{ controller: "memoryStorage", action: "ping" }, true],
			[get, false],
		],
	},
	{
		title: "the entry of ms comes before that of memoryStorage",
		controllers: { memoryStorage: all, ms: { actions: { ping: false } } },
		rows: [
			[{ controller: "memoryStorage", action: "ping" }, false],
			[{ controller: "ms", action: "get" }, false],
		],
	},
	{
		title: "recorded: a restriction to one collection",
		controllers: { "*": all },
		restrictedTo: [{ index: "rm-a", collections: ["c"] }],
		rows: [
			[{ ...get, index: "rm-a", collection: "c" }, true],
			[{ ...get, index: "rm-a", collection: "d" }, false],
			[{ ...get, index: "rm-b", collection: "c" }, false],
			[{ controller: "collection", action: "list", index: "rm-a" }, true],
			[{ controller: "index", action: "list" }, true],
			[{ controller: "index", action: "exists", index: "rm-b" }, false],
			[{ ...search, targets: [target("rm-a", "c")] }, true],
			[{ ...search, targets: [target("rm-a", "c", "d")] }, false],
			[
				{ ...search, targets: [target("rm-a", "c"), target("rm-b", "c")] },
				false,
			],
			[{ ...search, targets: [target("rm-*", "c")] }, false],
			[{ ...search, targets: [target("rm-a", "*")] }, false],
		],
	},
	{
		title: "a restriction to some collections does not give away the index",
		controllers: { "*": all },
		restrictedTo: [
			{ index: "some", collections: ["c"] },
			{ index: "whole" },
			{ index: "both" },
			{ index: "both", collections: ["c"] },
		],
		rows: [
			[{ ...remove, index: "some" }, false],
			[{ ...remove, index: "some", collection: "c" }, false],
			[{ ...remove, index: "some", targets: [] }, false],
			[{ ...remove, index: "both" }, false],
			[{ ...remove, index: "else" }, false],
			[{ ...remove, index: "whole" }, true],
			[{ ...remove, index: "whole", collection: "c" }, true],
			// These touch no document. Each index of index:mDelete is asked for as index:delete.
			[{ controller: "index", action: "exists", index: "some" }, true],
			[{ controller: "index", action: "mDelete" }, true],
			[{ controller: "collection", action: "list", index: "some" }, true],
			[{ controller: "document", action: "delete", index: "some" }, true],
		],
	},
	{
		title: "names in restrictions are no patterns",
		controllers: { "*": all },
		restrictedTo: [{ index: "rm-*" }, { index: "*", collections: ["*"] }],
		rows: [
			[{ ...get, index: "rm-a", collection: "c" }, false],
			[{ ...get, index: "rm-*", collection: "c" }, true],
			[{ ...search, targets: [target("rm-*", "c")] }, false],
			[{ ...search, targets: [target("*", "*")] }, false],
		],
	},
	{
		title: "restrictions of one index merge to the narrower",
		controllers: { "*": all },
		restrictedTo: [
			{ index: "a" },
			{ index: "a", collections: ["c"] },
			{ index: "b", collections: ["c"] },
			{ index: "b", collections: [] },
			{ index: "b", collections: ["d"] },
			{ index: "e", collections: null },
		],
		rows: [
			[{ ...get, index: "a", collection: "c" }, true],
			[{ ...get, index: "a", collection: "d" }, false],
			[{ ...get, index: "b", collection: "c" }, true],
			[{ ...get, index: "b", collection: "d" }, true],
			[{ ...get, index: "b", collection: "e" }, false],
			[{ ...get, index: "e", collection: "any" }, true],
		],
	},
	{
		title: "an empty list of restrictions restricts nothing",
		controllers: { "*": all },
		restrictedTo: [],
		rows: [
			[{ ...get, index: "any", collection: "any" }, true],
			[{ ...search, targets: [target("any", "any")] }, true],
		],
	},
	{
		title: "targets do not stand in for the index beside them, nor it for them",
		controllers: { "*": all },
		restrictedTo: [{ index: "mine", collections: ["c"] }],
		rows: [
			[{ ...get, index: "hers", collection: "c", targets: [] }, false],
			[{ ...get, index: "hers", collection: "c", targets: "[]" }, false],
			[{ ...get, index: "hers", collection: "c", targets: null }, false],
			[
				{
					...get,
					index: "hers",
					collection: "c",
					targets: '[{"index":"mine","collections":["c"]}]',
				},
				false,
			],
			[{ ...get, index: "hers", targets: [target("mine", "c")] }, false],
			[{ ...get, index: "mine", targets: [target("hers", "c")] }, false],
			[{ ...get, index: "mine", collection: "c", targets: [] }, true],
		],
	},
	{
		title: "names that are no text name nothing",
		controllers: { "*": all },
		restrictedTo: [{ index: "mine", collections: ["c"] }, { index: 3 }],
		rows: [
			[{ ...get, index: ["mine"], collection: "c" }, false],
			[{ ...get, index: { toString: 1 }, collection: "c" }, false],
			[{ ...get, index: "mine", collection: ["c"] }, false],
			[{ ...get, index: "mine", collection: { toString: 1 } }, false],
			[{ ...get, index: true }, false],
			[{ ...get, index: 3, collection: "c" }, true],
			[{ ...get, index: "3", collection: "c" }, true],
		],
	},
	{
		title: "targets that cannot be read are refused",
		controllers: { "*": all },
		restrictedTo: [{ index: "mine", collections: ["c"] }],
		rows: [
			[{ ...search, targets: "no JSON" }, false],
			[{ ...search, targets: "{}" }, false],
			[{ ...search, targets: {} }, false],
			[{ ...search, targets: 3 }, false],
			[{ ...search, targets: ["mine"] }, false],
			[{ ...search, targets: [null] }, false],
			[{ ...search, targets: [target("mine", 3)] }, false],
			[{ ...search, targets: [target(3, "c")] }, false],
			[{ ...search, targets: [{ index: "mine", collections: "c" }] }, false],
			[{ ...search, targets: '[{"index":"mine","collections":["c"]}]' }, true],
			// Without one of the two it names nothing (facts); the action refuses it.
			[{ ...search, targets: [{ index: "hers" }] }, true],
			[{ ...search, targets: [{ collections: ["c"] }] }, true],
		],
	},
	{
		title: "members that every object has are no entries",
		controllers: { document: { actions: { get: true } } },
		rows: [
			[{ controller: "toString", action: "x" }, false],
			[{ controller: "__proto__", action: "x" }, false],
			[{ controller: "document", action: "toString" }, false],
			[{ controller: "document", action: "constructor" }, false],
		],
	},
	{
		title: "what a role says in other than true is no",
		controllers: {
			document: { actions: { get: 1, "*": "true" } },
			auth: {},
			server: "*",
		} as unknown as JsonObject,
		rows: [
			[get, false],
			[search, false],
			[{ controller: "auth", action: "login" }, false],
			[{ controller: "server", action: "now" }, false],
		],
	},
];

describe("the decision who may do what", () => {
	for (const { title, controllers, restrictedTo, rows } of tables) {
		it(title, async (test) => {
			const node = await start(test, controllers, restrictedTo);
			for (const [request, expected] of rows) {
				assert.equal(
					await allows(node, request),
					expected,
					JSON.stringify(request),
				);
			}
		});
	}

	it("is yes if one policy of one profile says so", async (test) => {
		const node = await start(test, { document: all }, [{ index: "a" }]);
		await node.role("q", { document: { actions: { get: true } } }, [
			{ index: "b" },
		]);
		const both = ["p", "q"];
		assert.equal(await allows(node, { ...get, index: "a" }, both), true);
		assert.equal(await allows(node, { ...get, index: "b" }, both), true);
		assert.equal(await allows(node, { ...search, index: "b" }, both), false);
		assert.equal(
			await allows(
				node,
				{ ...get, targets: [target("a", "x"), target("b", "y")] },
				both,
			),
			true,
		);
		assert.equal(await allows(node, { ...get, index: "b" }, ["p"]), false);
	});

	it("gives the whole index away where the operator says so, as in Kuzzle", async (test) => {
		const node = await startSecurity(test, {
			rules: { allowWholeIndexUnderCollectionRestriction: true },
		});
		await node.role("p", { "*": all }, [{ index: "some", collections: ["c"] }]);
		for (const [request, expected] of [
			[{ ...remove, index: "some" }, true],
			[{ ...remove, index: "some", collection: "c" }, true],
			[{ ...remove, index: "some", collection: "d" }, false],
			[{ ...remove, index: "else" }, false],
		] as const) {
			assert.equal(await allows(node, request), expected);
		}
	});

	it("is no without profiles, or where profile or role is missing", async (test) => {
		const node = await start(test, { "*": all });
		await node.security.profiles.write(
			"lost",
			{ policies: [{ roleId: "ghost" }] },
			{ refresh: false },
		);
		for (const ids of [[], ["ghost"], ["lost"]]) {
			assert.equal(await allows(node, get, ids), false);
		}
	});

	it("waits for nothing once the profiles are known", async (test) => {
		const node = await start(test, { "*": all });
		await allows(node, get);
		const { rights } = node.security;
		assert.equal(rights.allows(["p"], { ...search, args: {} }), true);
	});

	it("takes no profile for two others whose names it spells", async (test) => {
		const node = await start(test, { document: all });
		await node.role("nothing", { server: { actions: { now: true } } });
		const names = ["p", "default"];
		const spelling = JSON.stringify(names);
		await node.security.profiles.write(
			spelling,
			{ policies: [{ roleId: "nothing" }] },
			{ refresh: false },
		);
		const { rights } = node.security;
		const request = { ...get, args: {} };
		assert.equal(await rights.allows(names, request), true);
		assert.equal(await rights.allows([spelling], request), false);
	});

	it("changes with the role and the profile, on every node", async (test) => {
		const node = await start(test, { document: all });
		const other = node.otherNode();
		assert.equal(await allows(other, get), true);
		await node.role("p", { auth: all });
		assert.equal(await allows(node, get), false);
		assert.equal(await allows(other, get), false);
		await node.security.profiles.write(
			"p",
			{ policies: [{ roleId: "admin" }] },
			{ refresh: false },
		);
		assert.equal(await allows(other, get), true);
	});

	it("keeps no long names, which a stranger may send", async (test) => {
		const node = await start(test, { document: all });
		const before = heapBytes();
		for (let number = 0; number < 100; number++) {
			const action = Buffer.alloc(MEGABYTE, `${number}-`).toString("latin1");
			assert.equal(await allows(node, { ...get, action }), true);
		}
		assert.ok(heapBytes() - before < 50 * MEGABYTE);
	});

	it("decides the same when it has seen more names than it notes", async (test) => {
		const node = await start(test, { document: { actions: { get: true } } });
		for (let number = 0; number < 5000; number++) {
			const action = `a${number}`;
			assert.equal(await allows(node, { ...get, action }), false);
		}
		assert.equal(await allows(node, get), true);
	});

	it("keeps apart names that look alike when they are joined", async (test) => {
		const node = await start(test, { "a:b": { actions: { c: true } } });
		assert.equal(await allows(node, { controller: "a:b", action: "c" }), true);
		assert.equal(await allows(node, { controller: "a", action: "b:c" }), false);
		assert.equal(await allows(node, { controller: "a:", action: "bc" }), false);
	});

	it("tells strangers 401 and users 403, with what was asked and by whom", async (test) => {
		const node = await start(test, { auth: all });
		const { gatekeeper } = node.security;
		const caller = (kuid: string) => ({ kuid, profileIds: ["p"], token: null });
		const ask = async (kuid: string) =>
			gatekeeper.assertAllowed(caller(kuid), testEnvelope("document:get"));
		await assert.rejects(
			ask("-1"),
			isError("security.rights.unauthorized", ["document", "get", "-1"]),
		);
		await assert.rejects(
			ask("ann"),
			isError("security.rights.forbidden", ["document", "get", "ann"]),
		);
	});
});

describe("the list of rights", () => {
	it("is flattened, and allowed wins (recorded: auth-check-rights)", async (test) => {
		const [table] = tables;
		assert.ok(table);
		const node = await start(test, table.controllers, table.restrictedTo);
		const line = (
			controller: string,
			action: string,
			index: string,
			value = "allowed",
		) => ({
			controller,
			action,
			index,
			collection: index === "nyc" ? "yellow" : "*",
			value,
		});
		const listed = await node.security.rights.list(["p"]);
		assert.deepEqual(
			new Set(listed.map((right) => JSON.stringify(right))),
			new Set(
				["nyc", "sf"]
					.flatMap((index) => [
						line("auth", "*", index),
						line("document", "get", index),
						line("document", "search", index),
						line("document", "delete", index, "denied"),
					])
					.map((right) => JSON.stringify(right)),
			),
		);
		assert.equal(listed.length, 8);
		await node.role("q", { document: { actions: { delete: true } } }, [
			{ index: "sf" },
		]);
		for (const ids of [
			["p", "q"],
			["q", "p"],
		]) {
			const merged = await node.security.rights.list(ids);
			assert.equal(merged.length, 8);
			const found = merged.find(
				({ action, index }) => action === "delete" && index === "sf",
			);
			assert.equal(found?.value, "allowed");
		}
	});

	it("shows stars where nothing is restricted", async (test) => {
		const node = await start(test, { "*": all });
		assert.deepEqual(await node.security.rights.list(["p"]), [
			{
				controller: "*",
				action: "*",
				index: "*",
				collection: "*",
				value: "allowed",
			},
		]);
	});
});
