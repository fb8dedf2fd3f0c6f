import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { Route } from "../../src/action/routes.ts";
import type { Envelope, Response } from "../../src/call/envelope.ts";
import type { Execute } from "../../src/call/execute-types.ts";
import { isObject } from "../../src/lib/json.ts";
import { packageRoot } from "../../src/lib/package-root.ts";
import { describeMismatch } from "../recordings/compare.ts";
import { compareHttp, exchange } from "../recordings/http-exchange.ts";
import { toPayload } from "../recordings/payload.ts";
import { Bindings } from "../recordings/placeholders.ts";
import {
	type HttpStep,
	loadRecordings,
	type SocketStep,
} from "../recordings/recording.ts";
import { WsClient } from "../support/ws-client.ts";
import { type Protocols, startProtocols } from "./start-protocols.ts";

/*
 * The recorded conversations, held against the protocols alone: what an action answers comes from the recording, everything
 * else (the envelope's names and ids, status, headers, bodies of failures) from the protocols.
 */

const recordings = loadRecordings(
	path.join(packageRoot, "test", "recordings", "given"),
);

const routes = (
	JSON.parse(
		readFileSync(
			path.join(packageRoot, "test", "action", "kuzzle-routes.json"),
			"utf8",
		),
	) as (Route & { fixed?: boolean })[]
).filter((route) => route.fixed !== true);

describe("recorded HTTP conversations", () => {
	let recorded: Record<string, unknown> = {};
	let protocols: Protocols;
	const execute: Execute = (envelope) =>
		Promise.resolve({
			response: recordedAnswer(envelope, recorded),
			cookies: [],
		});
	before(async () => {
		protocols = await startProtocols({ execute, routes });
	});
	after(() => protocols.close());

	for (const { scenario, topic, steps } of recordings) {
		if (topic !== "http") continue;
		const bindings = new Bindings();
		for (const [at, step] of steps.entries()) {
			if (step.via !== "http") continue;
			it(`${scenario} ${at + 1}: ${step.request.method} ${step.request.path.slice(0, 60)}`, async () => {
				const expected = withoutHoles(step);
				recorded = (expected.response.body ?? {}) as Record<string, unknown>;
				const address = { host: "127.0.0.1", port: protocols.port };
				const answer = await exchange(address, expected.request);
				const mismatch = compareHttp(expected, answer, [], bindings);
				assert.equal(mismatch === null ? "" : describeMismatch(mismatch), "");
			});
		}
	}
});

describe("recorded WebSocket envelopes", () => {
	let recorded: Record<string, unknown> = {};
	let protocols: Protocols;
	let client: WsClient;
	const execute: Execute = (envelope) =>
		Promise.resolve({
			response: recordedAnswer(envelope, recorded),
			cookies: [],
		});
	before(async () => {
		protocols = await startProtocols({ execute, routes });
		client = await WsClient.open(protocols.url);
	});
	after(async () => {
		await client.close();
		await protocols.close();
	});

	const steps =
		recordings.find(({ scenario }) => scenario === "ws-envelope")?.steps ?? [];
	for (const [at, step] of steps.entries()) {
		if (step.via !== "ws") continue;
		it(`ws-envelope ${at + 1}: ${JSON.stringify(step.request).slice(0, 60)}`, async () => {
			await replayFrame(step);
		});
	}

	async function replayFrame(step: SocketStep): Promise<void> {
		recorded = (step.response[0]?.data ?? {}) as Record<string, unknown>;
		const seen = client.frames.length;
		client.send(toPayload(step.request));
		// An answer to what was sent just after shows that nothing more is to come.
		client.send('{"p":1}');
		await client.waitFor(
			(frame) => frame.p === 2 && client.frames.indexOf(frame) > seen - 1,
		);
		const last = client.frames.at(-1);
		if (isObject(recorded) && recorded.p === 2) {
			assert.deepEqual(last, { p: 2 });
			return;
		}
		const frames = client.frames.slice(seen);
		const answer = frames.find((frame) => frame.p === undefined);
		const expected = ours(step);
		if (expected === undefined) assert.equal(answer, undefined);
		else assertFrame(answer, expected);
	}
});

/** The recorded frame, but for the one thing that we do otherwise: a payload that is no object is the client's mistake. */
function ours(step: SocketStep): Record<string, unknown> | undefined {
	const data = step.response[0]?.data as Record<string, unknown> | undefined;
	if (step.suspect?.includes("null") || data?.status === 500) {
		return {
			...(data ?? NULL_ANSWER),
			status: 400,
			error: { message: "<text>", status: 400 },
		};
	}
	return data;
}

const NULL_ANSWER = {
	action: null,
	controller: null,
	headers: {},
	requestId: "<uuid:0>",
	result: null,
	volatile: null,
};

function assertFrame(actual: unknown, expected: Record<string, unknown>): void {
	assert.ok(isObject(actual));
	const { error, ...rest } = actual;
	const { error: expectedError, ...expectedRest } = expected;
	if (isObject(expectedError)) {
		assert.ok(isObject(error));
		assert.equal(typeof error.message, "string");
		assert.equal(error.status, expectedError.status);
		assert.equal(error.id, expectedError.id);
	} else assert.equal(error, null);
	if (/^<uuid/.test(String(expectedRest.requestId))) {
		assert.match(String(rest.requestId), /^[0-9a-f-]{36}$/);
		expectedRest.requestId = rest.requestId;
		if ("room" in expectedRest) expectedRest.room = rest.requestId;
	}
	assert.deepEqual(rest, expectedRest);
}

/** What the pipeline answers: names and ids of the envelope that it got, the rest as recorded. */
function recordedAnswer(
	envelope: Envelope,
	recorded: Record<string, unknown>,
): Response {
	const { index, collection } = envelope.args;
	return {
		status: recorded.status as number,
		error: recorded.error as Response["error"],
		controller: envelope.controller,
		action: envelope.action,
		requestId: envelope.requestId,
		volatile: envelope.volatile,
		headers: {},
		...("result" in recorded ? { result: recorded.result } : {}),
		...(index === undefined ? {} : { index }),
		...(collection === undefined ? {} : { collection }),
	};
}

/** Placeholders within results are made plain texts, on both sides; ours always keeps a connection that may be kept. */
function withoutHoles(step: HttpStep): HttpStep {
	const { connection: _, ...headers } = step.response.headers ?? {};
	const body = step.response.body;
	if (!isObject(body))
		return { ...step, response: { ...step.response, headers } };
	const result =
		body.result === undefined
			? {}
			: {
					result: JSON.parse(JSON.stringify(body.result).replaceAll("<", "[")),
				};
	return {
		...step,
		response: { ...step.response, headers, body: { ...body, ...result } },
	};
}
