import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { integer, string } from "../../src/action/args.ts";
import { fields, none, textField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { createKnownActions } from "../../src/action/known-actions.ts";
import { plannedActions } from "../../src/action/planned-actions.ts";
import { toPublicApi } from "../../src/action/public-api.ts";
import { ActionRegistry } from "../../src/action/registry.ts";
import { isError } from "../support/assert-error.ts";
import { testConnection } from "../support/test-connection.ts";
import { testEnvelope } from "../support/test-envelope.ts";

const get = defineAction({
	name: "shop:get",
	summary: "Reads.",
	http: ["GET /shop/:_id"],
	deprecatedRoutes: [{ route: "GET /old/:_id", since: "1.0.0" }],
	args: { _id: string("path", "Id."), size: integer("Size.", 10) },
	body: fields({ text: textField("Text.") }),
	result: null,
	handler: ({ args, body, caller }) => [args, body, caller.kuid],
});
const list = defineAction({
	name: "shop:list",
	summary: "Lists.",
	http: [],
	args: {},
	body: none,
	result: null,
	handler: () => [],
});

const signal = new AbortController().signal;
const context = (
	args: Record<string, unknown>,
	body: Record<string, unknown> | null,
) => ({
	envelope: testEnvelope("shop:get", { args, body }),
	connection: testConnection(),
	caller: { kuid: "ann", profileIds: ["default"], token: null },
	signal: () => signal,
});

describe("a declared action", () => {
	it("knows its names and what it did not declare", () => {
		assert.deepEqual([get.controller, get.action], ["shop", "get"]);
		assert.deepEqual(
			[list.deprecatedRoutes, list.rateLimit, list.readsCookie],
			[[], "user", false],
		);
	});

	it("that needs a login refuses others before it reads anything", () => {
		const { token: _none, ...ann } = context({}, null).caller;
		const mine = defineAction({
			name: "shop:mine",
			summary: "Reads.",
			http: [],
			args: { _id: string("path", "Id.") },
			body: none,
			result: null,
			needsLogin: true,
			handler: ({ args }) => args._id,
		});
		const token = {
			text: "t",
			kind: "apiKey",
			kuid: "ann",
			expiresAt: -1,
			ttl: -1,
		} as const;
		const callers = [
			{ ...ann, token: null },
			{ ...ann, kuid: "-1", token },
		];
		for (const caller of callers) {
			assert.throws(
				() => mine.run({ ...context({}, null), caller }),
				isError("security.rights.unauthorized", ["shop", "mine"]),
			);
		}
		const caller = { ...ann, token };
		assert.equal(mine.run({ ...context({ _id: "a" }, null), caller }), "a");
	});

	it("hands its handler what it read", () => {
		assert.deepEqual(get.run(context({ _id: "a", size: "3" }, { text: "t" })), [
			{ _id: "a", size: 3 },
			{ text: "t" },
			"ann",
		]);
	});

	it("reads its arguments in their order, then the body", () => {
		assert.throws(
			() => get.run(context({ size: "x" }, null)),
			isError("api.assert.missing_argument", ["_id"]),
		);
		assert.throws(
			() => get.run(context({ _id: "a", size: "x" }, null)),
			isError("api.assert.invalid_type", ["size", "integer"]),
		);
		assert.throws(
			() => get.run(context({ _id: "a" }, null)),
			isError("api.assert.body_required"),
		);
	});
});

/** One that is not built yet. */
const planned = Object.entries(plannedActions).map(
	([controller, [action = ""]]) => [controller, action] as const,
)[0] ?? ["", ""];

describe("the registry of actions", () => {
	const registry = new ActionRegistry([get, list]);

	it("finds actions by both names", () => {
		assert.equal(registry.find("shop", "get"), get);
		assert.equal(registry.get("shop", "list"), list);
		assert.equal(registry.get("shop", "other"), undefined);
		assert.deepEqual(registry.all(), [get, list]);
		assert.equal(registry.hasController("shop"), true);
		assert.equal(registry.hasController("toString"), false);
	});

	it("tells an unknown controller from an unknown action", () => {
		for (const name of ["other", "toString", "__proto__"]) {
			assert.throws(
				() => registry.find(name, "get"),
				isError("api.process.controller_not_found", [name]),
			);
		}
		for (const name of ["other", "toString", "__proto__"]) {
			assert.throws(
				() => registry.find("shop", name),
				isError("api.process.action_not_found", ["shop", name]),
			);
		}
	});

	it("says of a planned action that its controller is there", () => {
		assert.throws(
			() => registry.find(...planned),
			isError("api.process.action_not_found", planned),
		);
	});

	it("takes no action twice", () => {
		assert.throws(() => new ActionRegistry([get, get]), /shop:get/);
	});
});

describe("the names that a role may use", () => {
	const known = createKnownActions(() => new ActionRegistry([get, list]));

	it("are those of the actions and of the planned ones", () => {
		assert.equal(known.hasController("shop"), true);
		assert.equal(known.hasAction("shop", "get"), true);
		assert.equal(known.hasAction("shop", "other"), false);
		assert.equal(known.hasController(planned[0]), true);
		assert.equal(known.hasAction(...planned), true);
		assert.equal(known.hasAction(planned[0], "ghost"), false);
		assert.equal(known.hasController("ghost"), false);
		assert.equal(known.hasController("__proto__"), false);
		assert.equal(known.hasController("constructor"), false);
	});

	it("know memoryStorage as another name of ms", () => {
		for (const controller of ["ms", "memoryStorage"]) {
			assert.equal(known.hasController(controller), true);
			assert.equal(known.hasAction(controller, "get"), true);
			assert.equal(known.hasAction(controller, "ghost"), false);
		}
	});
});

it("server:publicApi shows routes, also deprecated ones, where there are any", () => {
	const route = (path: string) => ({ url: path, path, verb: "GET" });
	assert.deepEqual(toPublicApi([get, list]), {
		shop: {
			get: {
				controller: "shop",
				action: "get",
				http: [route("/shop/:_id"), route("/old/:_id")],
			},
			list: { controller: "shop", action: "list" },
		},
	});
});
