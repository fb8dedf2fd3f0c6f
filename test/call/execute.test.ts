import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Answer } from "../../src/action/answer.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import { action, Pipeline } from "./pipeline.ts";

describe("the answer", () => {
	it("bears what the request said of itself", async () => {
		const { response, cookies } = await new Pipeline({
			actions: [action(() => undefined)],
		}).run({
			args: { name: "x", index: "i", collection: "c" },
			volatile: { a: 1 },
			requestId: "mine",
		});
		assert.deepEqual(response, {
			status: 200,
			error: null,
			controller: "test",
			action: "run",
			requestId: "mine",
			volatile: { a: 1 },
			headers: {},
			result: undefined,
			index: "i",
			collection: "c",
		});
		assert.deepEqual(cookies, []);
	});

	it("carries what an action says beside its result", async () => {
		const raw = { contentType: "text/plain", content: "raw" };
		const reply = await new Pipeline({
			actions: [
				action(
					() =>
						new Answer(
							{ a: 1 },
							{
								status: 201,
								headers: { "x-a": "b" },
								cookies: [{ name: "c", value: "d" }],
								raw,
							},
						),
				),
			],
		}).run();
		assert.equal(reply.response.status, 201);
		assert.deepEqual(reply.response.headers, { "x-a": "b" });
		assert.deepEqual(reply.response.result, { a: 1 });
		assert.deepEqual(reply.cookies, [{ name: "c", value: "d" }]);
		assert.deepEqual(reply.raw, raw);
	});

	it("keeps the result of an action that answers an error beside it", async () => {
		const { response } = await new Pipeline({
			actions: [
				action(
					() =>
						new Answer("part", {
							error: createError("core.fatal.service_unavailable", "cache"),
						}),
				),
			],
		}).run();
		assert.equal(response.result, "part");
		assert.equal(response.error?.id, "core.fatal.service_unavailable");
		assert.equal(response.status, response.error?.status);
	});

	it("bears a stack in development only", async () => {
		const actions = [
			action(() => {
				throw createError("api.process.too_many_requests");
			}),
		];
		const production = await new Pipeline({ actions }).run();
		assert.equal(production.response.error?.stack, undefined);
		const development = await new Pipeline({
			actions,
			dependencies: { development: true },
		}).run();
		assert.match(development.response.error?.stack ?? "", /execute\.test/);
	});
});

describe("a defect", () => {
	const secrets: [string, () => unknown][] = [
		["an Error", () => new Error("the secret is hunter2")],
		["a text", () => "the secret is hunter2"],
		["undefined", () => undefined],
		["null", () => null],
		["an object that poses as an error of ours", posing],
		[
			"an object that throws when it is looked at",
			() =>
				new Proxy(new Error("hunter2"), {
					get() {
						throw new Error("looked at hunter2");
					},
					getPrototypeOf() {
						throw new Error("looked at hunter2");
					},
				}),
		],
		[
			"an Error without a readable stack",
			() =>
				Object.defineProperty(new Error("hunter2"), "stack", {
					get() {
						throw new Error("looked at hunter2");
					},
				}),
		],
	];
	for (const [what, make] of secrets) {
		it(`reads as an unexpected error and leaks nothing: ${what}`, async () => {
			for (const isAsync of [false, true]) {
				const pipeline = new Pipeline({
					actions: [
						action(() => {
							if (isAsync) return Promise.reject(make());
							throw make();
						}),
					],
				});
				const { response } = await pipeline.run();
				assert.equal(response.error?.id, "plugin.runtime.unexpected_error");
				assert.equal(response.status, 500);
				assert.equal(response.result, null);
				assert.doesNotMatch(JSON.stringify(response), /hunter2/);
				assert.match(pipeline.lines.join(), /A request met a defect/);
				assert.deepEqual(
					[pipeline.admission.running, pipeline.admission.waiting],
					[0, 0],
				);
			}
		});
	}

	it("in a hook is one too", async () => {
		const pipeline = new Pipeline({
			hooks: {
				before: [
					() => {
						throw new Error("hunter2");
					},
				],
			},
		});
		const { response } = await pipeline.run();
		assert.equal(response.error?.id, "plugin.runtime.unexpected_error");
	});

	function posing(): object {
		return { status: 200, id: "hunter2", toJSON: () => "hunter2" };
	}
});

describe("what the operator reads of failures", () => {
	const failing = (make: () => unknown) =>
		new Pipeline({
			actions: [
				action(() => {
					throw make();
				}),
			],
		});

	it("is nothing for the client's own mistakes", async () => {
		const pipeline = failing(() => createError("security.token.invalid"));
		await pipeline.run();
		assert.deepEqual(pipeline.lines, []);
	});

	it("names the failure of a service, with its cause", async () => {
		const pipeline = failing(() => createError("api.process.overloaded"));
		await pipeline.run();
		assert.match(pipeline.lines.join(), /api\.process\.overloaded/);
	});
});

describe("what is told of each call", () => {
	it("is its answer, its caller and when it began", async () => {
		const told: unknown[] = [];
		const pipeline = new Pipeline({
			dependencies: {
				observer: {
					ended: ({ response, caller, startedAt }) =>
						told.push([response.status, caller?.kuid ?? null, startedAt]),
				},
			},
		});
		await pipeline.run();
		await pipeline.run({ name: "" });
		const now = pipeline.clock.now();
		assert.deepEqual(told, [
			[200, "ann", now],
			[400, null, now],
		]);
	});
});

describe("an action without arguments and body", () => {
	it("answers what it returns, as a promise or not", async () => {
		for (const handler of [() => null, async () => null]) {
			const plain = defineAction({
				name: "test:plain",
				summary: "Plain.",
				http: [],
				args: {},
				body: none,
				result: null,
				handler,
			});
			const pipeline = new Pipeline({ actions: [plain] });
			const { response } = await pipeline.run({ name: "test:plain" });
			assert.equal(response.result, null);
			assert.equal(response.status, 200);
		}
	});
});
