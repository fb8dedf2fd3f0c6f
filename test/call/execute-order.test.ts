import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { CookieUse, Gatekeeper } from "../../src/call/execute.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { ANN, action, Pipeline, refusal, STRANGER } from "./pipeline.ts";

describe("the order of the pipeline", () => {
	it("asks origin, token, rights and rate, then runs the hooks and the action", async () => {
		const pipeline = new Pipeline({
			actions: [
				action(({ args, body }) => {
					pipeline.steps.push(`action ${args.name} ${body.text}`);
				}),
			],
			hooks: {
				before: [() => void pipeline.steps.push("before")],
				after: [() => void pipeline.steps.push("after")],
			},
		});
		const { response } = await pipeline.run();
		assert.equal(response.status, 200);
		assert.deepEqual(pipeline.steps, [
			"origin",
			"token",
			"rights",
			"rate",
			"before",
			"action x y",
			"after",
		]);
	});

	it("wants names before all else", async () => {
		const pipeline = new Pipeline();
		for (const name of ["", ":run"]) {
			assert.deepEqual(await refusal(pipeline.run({ name })), [
				400,
				"api.assert.missing_argument",
				["controller"],
			]);
		}
		for (const name of ["test", "test:"]) {
			assert.deepEqual(await refusal(pipeline.run({ name })), [
				400,
				"api.assert.missing_argument",
				["action"],
			]);
		}
		assert.deepEqual(pipeline.steps, []);
	});

	it("refuses targets beside an index before it looks at the origin", async () => {
		const pipeline = new Pipeline();
		const targets = [{ index: "i", collections: ["c"] }];
		for (const args of [
			{ targets, index: "i" },
			{ targets, collection: "c" },
		]) {
			const [status, id] = await refusal(pipeline.run({ args }));
			assert.deepEqual([status, id], [400, "api.assert.mutually_exclusive"]);
		}
		assert.deepEqual(pipeline.steps, []);
		for (const args of [
			{ name: "x", targets },
			{ name: "x", targets: null, index: "i" },
			{ name: "x", targets: [], index: "i" },
		]) {
			assert.equal((await pipeline.run({ args })).response.status, 200);
		}
	});

	it("looks at the origin before the line", async () => {
		const pipeline = new Pipeline({
			concurrentRequests: 0,
			requestsBufferSize: 0,
			gate: {
				assertOrigin() {
					throw createError("api.process.unauthorized_origin", "http://evil");
				},
			},
		});
		const [status, id] = await refusal(pipeline.run());
		assert.deepEqual([status, id], [401, "api.process.unauthorized_origin"]);
	});

	it("stands in line before the token is looked at", async () => {
		const pipeline = new Pipeline({
			concurrentRequests: 0,
			requestsBufferSize: 0,
		});
		assert.deepEqual(await refusal(pipeline.run()), [
			503,
			"api.process.overloaded",
			[],
		]);
		assert.deepEqual(pipeline.steps, ["origin"]);
	});

	it("tells a stranger 401 for an action that does not exist, and the others 404", async () => {
		const stranger = new Pipeline({
			gate: {
				authenticate: () => STRANGER,
				assertAllowed() {
					throw createError("security.rights.unauthorized", "no", "such", "-1");
				},
			},
		});
		assert.deepEqual(await refusal(stranger.run({ name: "no:such" })), [
			401,
			"security.rights.unauthorized",
			["no", "such", "-1"],
		]);
		const known = new Pipeline();
		assert.deepEqual(await refusal(known.run({ name: "no:such" })), [
			404,
			"api.process.controller_not_found",
			["no"],
		]);
		assert.deepEqual(await refusal(known.run({ name: "test:such" })), [
			404,
			"api.process.action_not_found",
			["test", "such"],
		]);
		assert.deepEqual(known.steps.slice(-2), ["rights", "rate"]);
	});

	it("finds the action before it looks at the SDK's version", async () => {
		const pipeline = new Pipeline();
		const volatile = { sdkName: "js@5.0.0" };
		const [status, id] = await refusal(
			pipeline.run({ name: "no:such", volatile }),
		);
		assert.deepEqual([status, id], [404, "api.process.controller_not_found"]);
		const [, version] = await refusal(pipeline.run({ volatile }));
		assert.equal(version, "api.process.incompatible_sdk_version");
		const lenient = new Pipeline({ dependencies: { strictSdkVersion: false } });
		assert.equal((await lenient.run({ volatile })).response.status, 200);
	});

	it("reads the arguments after the hooks, which may rewrite them", async () => {
		const pipeline = new Pipeline({
			actions: [action(({ args }) => args.name)],
			hooks: {
				before: [
					async ({ envelope }) => {
						(envelope.args as Record<string, unknown>).name = "rewritten";
					},
				],
			},
		});
		const { response } = await pipeline.run({ args: {} });
		assert.equal(response.result, "rewritten");
	});

	it("reads the arguments before the body", async () => {
		const [, id, props] = await refusal(
			new Pipeline().run({ args: {}, body: null }),
		);
		assert.deepEqual([id, props], ["api.assert.missing_argument", ["name"]]);
	});

	it("lets an after-hook change the answer, or refuse it", async () => {
		const changed = new Pipeline({
			hooks: {
				after: [
					async (response) => {
						response.result = "changed";
					},
				],
			},
		});
		assert.equal((await changed.run()).response.result, "changed");
		const refused = new Pipeline({
			hooks: {
				after: [
					() => {
						throw createError("api.process.too_many_requests");
					},
				],
			},
		});
		assert.equal((await refused.run()).response.status, 429);
	});

	it("asks for the rate that the action declares", async () => {
		const asked: string[] = [];
		const gate: Partial<Gatekeeper> = {
			authenticate: (envelope) => (envelope.jwt === "ann" ? ANN : STRANGER),
			assertRate: (_caller, _connection, kind) => void asked.push(kind),
		};
		for (const rateLimit of ["user", "login", "none"] as const) {
			const pipeline = new Pipeline({
				actions: [action(() => 1, { rateLimit })],
				gate,
			});
			await pipeline.run();
			await pipeline.run({ jwt: "ann" });
		}
		// `none` is for those who have logged in: auth:logout.
		assert.deepEqual(asked, ["user", "user", "login", "login", "user", "none"]);
	});

	it("leaves the cookie to an action that reads it, when the request says so", async () => {
		const asked: CookieUse[] = [];
		const gate: Partial<Gatekeeper> = {
			authenticate(_envelope, _connection, cookieUse) {
				asked.push(cookieUse);
				return STRANGER;
			},
		};
		const reads = new Pipeline({
			actions: [action(() => 1, { readsCookie: true })],
			gate,
		});
		const args = (cookieAuth: unknown) => ({ name: "x", cookieAuth });
		await reads.run({ args: args(true) });
		await reads.run({ args: args("true") });
		await reads.run({ args: args(false) });
		await reads.run({});
		await reads.run({ args: args("false"), notation: "query" });
		const other = new Pipeline({ gate });
		await other.run({ args: args(true) });
		assert.deepEqual(asked, [
			"left",
			"required",
			"required",
			"required",
			"left",
			"required",
		]);
	});
});
