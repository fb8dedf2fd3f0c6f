import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	echoedRequestId,
	parseEnvelope,
} from "../../src/call/parse-envelope.ts";
import { failureResponse } from "../../src/call/response.ts";
import { createError, GatewayError } from "../../src/errors/gateway-error.ts";
import type { Ids } from "../../src/lib/ids.ts";

const ids: Ids = { uuid: () => "fresh", document: () => "", kuid: () => "" };

function assertBare400(run: () => unknown): void {
	assert.throws(run, (error) => {
		assert.ok(error instanceof GatewayError);
		assert.deepEqual(
			[error.status, error.id, error.code, error.props],
			[400, undefined, undefined, undefined],
		);
		return true;
	});
}

describe("parseEnvelope", () => {
	it("sorts the members of a payload", () => {
		const envelope = parseEnvelope(
			{
				controller: "document",
				action: "get",
				jwt: "token",
				body: { a: 1 },
				volatile: { v: 1 },
				requestId: "r1",
				index: "i",
				_id: 12,
				headers: { h: 1 },
				timestamp: 3,
				room: "x",
			},
			ids,
		);
		const { args, ...rest } = envelope;
		assert.deepEqual(rest, {
			controller: "document",
			action: "get",
			jwt: "token",
			body: { a: 1 },
			volatile: { v: 1 },
			requestId: "r1",
			notation: "json",
		});
		assert.deepEqual(
			{ ...args },
			{
				requestId: "r1",
				index: "i",
				_id: 12,
				headers: { h: 1 },
				timestamp: 3,
				room: "x",
			},
		);
	});

	it("takes what is absent, and what is null, as null", () => {
		for (const payload of [
			{},
			{
				controller: null,
				action: null,
				body: null,
				jwt: null,
				volatile: null,
				requestId: null,
			},
		]) {
			const { args: _, ...rest } = parseEnvelope(payload, ids);
			assert.deepEqual(rest, {
				controller: null,
				action: null,
				body: null,
				jwt: null,
				volatile: null,
				requestId: "fresh",
				notation: "json",
			});
		}
	});

	it("keeps empty texts, but makes a new id for an empty one", () => {
		const envelope = parseEnvelope(
			{ controller: "", action: "", jwt: "", requestId: "" },
			ids,
		);
		assert.deepEqual(
			[envelope.controller, envelope.action, envelope.jwt],
			["", "", ""],
		);
		assert.equal(envelope.requestId, "fresh");
	});

	it("takes a body that is an array", () => {
		assert.deepEqual(parseEnvelope({ body: [1] }, ids).body, [1]);
	});

	for (const payload of [null, undefined, [], [{}], 12, "text", true]) {
		it(`refuses ${JSON.stringify(payload) ?? "nothing"}`, () =>
			assertBare400(() => parseEnvelope(payload, ids)));
	}

	const wrong = {
		controller: [12, {}, [], true],
		action: [12, {}, [], false],
		jwt: [12, {}, []],
		requestId: [12, {}, [], true],
		body: ["text", 12, true],
		volatile: ["x", [1], 12, true],
	};
	for (const [key, values] of Object.entries(wrong)) {
		for (const value of values) {
			it(`refuses ${key}: ${JSON.stringify(value)}`, () =>
				assertBare400(() =>
					parseEnvelope({ controller: "c", action: "a", [key]: value }, ids),
				));
		}
	}

	it("takes keys of Object's own members as data", () => {
		const payload: unknown = JSON.parse(
			'{"__proto__":{"admin":true},"constructor":1,"toString":2}',
		);
		const { args } = parseEnvelope(payload, ids);
		assert.equal(Object.getPrototypeOf(args), null);
		assert.deepEqual(Object.keys(args), [
			"__proto__",
			"constructor",
			"toString",
		]);
		assert.equal(args.admin, undefined);
	});

	it("reads no inherited member", () => {
		const payload: unknown = Object.create({ controller: "c", jwt: 12 });
		assert.equal(parseEnvelope(payload, ids).controller, null);
	});
});

describe("a failure without an envelope", () => {
	it("echoes the given id, even of the wrong type", () => {
		assert.equal(echoedRequestId({ requestId: 12 }, ids), 12);
		assert.deepEqual(echoedRequestId({ requestId: {} }, ids), {});
		assert.equal(echoedRequestId({ requestId: "r" }, ids), "r");
		for (const payload of [
			{},
			{ requestId: "" },
			{ requestId: null },
			[],
			null,
			12,
		]) {
			assert.equal(echoedRequestId(payload, ids), "fresh");
		}
	});

	it("has all the members of a response, and nothing of the request", () => {
		const response = failureResponse(
			createError("network.websocket.ratelimit_exceeded"),
			{ requestId: 12 },
		);
		assert.deepEqual(
			new Set(Object.keys(response)),
			new Set([
				"action",
				"controller",
				"error",
				"headers",
				"requestId",
				"result",
				"status",
				"volatile",
			]),
		);
		assert.equal(response.status, 429);
		assert.equal(response.error?.id, "network.websocket.ratelimit_exceeded");
	});
});
