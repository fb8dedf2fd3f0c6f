import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { must } from "../support/people.ts";
import type { WsClient } from "../support/ws-client.ts";
import { args, body, text, value } from "./arbitraries.ts";
import { HostileStage } from "./hostile-stage.ts";

const RUNS = 1_000;
/** Whoever may do everything may also do away with everything: that is no harm of this kind. */
const NOT_TRIED: ReadonlySet<string> = new Set(["admin"]);
/** Stands for the key that opens everything, so that a report of a failure does not hold one. */
const KEY = "(the key)";

describe("whatever is sent", () => {
	let stage: HostileStage;
	let actions: readonly Action[];
	before(async () => {
		stage = await HostileStage.start("sqlite");
		actions = await listActions(stage);
	});
	after(() => stage.stop());

	it("in frames of a WebSocket is answered, and what is refused changes nothing", async () => {
		const socket = await stage.gateway.connect();
		await fc.assert(
			fc.asyncProperty(envelope(actions), async (request) => {
				const frame = await exchange(socket, toFrame(request, stage.key));
				await stage.check({ ...frame, request });
			}),
			{ numRuns: RUNS, includeErrorInReport: true },
		);
		await socket.close();
		await stage.assertServes();
	});

	it("by POST /_query is answered, and what is refused changes nothing", async () => {
		await fc.assert(
			fc.asyncProperty(envelope(actions), async (request) => {
				const sent = toFrame(request, stage.key);
				const reply = await stage.gateway.call("POST", "/_query", {
					body: sent,
				});
				const error = reply.body?.error ?? reply.body;
				await stage.check({ status: reply.status, error, request });
			}),
			{ numRuns: RUNS, includeErrorInReport: true },
		);
		await stage.assertServes();
	});

	it("by the routes of HTTP is answered, and what is refused changes nothing", async () => {
		await fc.assert(
			fc.asyncProperty(routed(actions), async (request) => {
				const reply = await stage.gateway.call(request.verb, request.path, {
					...(request.body === undefined || request.verb === "GET"
						? {}
						: { body: JSON.stringify(request.body) }),
					token: request.token === KEY ? stage.key : undefined,
				});
				const error = reply.body?.error ?? reply.body;
				await stage.check({ status: reply.status, error, request });
			}),
			{ numRuns: RUNS, includeErrorInReport: true },
		);
		await stage.assertServes();
	});
});

interface Action {
	readonly controller: string;
	readonly action: string;
	readonly http: readonly { readonly verb: string; readonly path: string }[];
}

async function listActions(stage: HostileStage): Promise<readonly Action[]> {
	const request = { controller: "server", action: "publicApi" };
	const api = await must(stage.gateway, request, stage.key);
	const tried = Object.entries(api).filter(([name]) => !NOT_TRIED.has(name));
	return tried.flatMap(([controller, found]) =>
		Object.entries(found as Record<string, Pick<Action, "http">>).map(
			([action, { http }]) => ({ controller, action, http: http ?? [] }),
		),
	);
}

/** Mostly well-formed enough to reach an action. */
function envelope(
	actions: readonly Action[],
): fc.Arbitrary<Record<string, unknown>> {
	const known = fc
		.constantFrom(...actions)
		.map(({ controller, action }) => ({ controller, action }));
	const unknown = fc.record(
		{ controller: value, action: value },
		{ requiredKeys: [] },
	);
	// The wrong type of any of these is found at once: seldom, or nothing else would be.
	const parts = fc.oneof(
		{
			weight: 9,
			arbitrary: fc.record(
				{
					body: fc.oneof(
						{ weight: 9, arbitrary: objectBody },
						{ weight: 1, arbitrary: body },
					),
				},
				{ requiredKeys: [] },
			),
		},
		{
			weight: 1,
			arbitrary: fc.record({ body, volatile: value, requestId: value }),
		},
	);
	const jwt = fc.oneof(
		{ weight: 16, arbitrary: fc.constant({ jwt: KEY }) },
		{ weight: 2, arbitrary: fc.constant({}) },
		{ weight: 1, arbitrary: fc.record({ jwt: value }) },
	);
	const target = fc.oneof(
		{ weight: 8, arbitrary: known },
		{ weight: 1, arbitrary: unknown },
	);
	const all = fc.tuple(args, target, parts, jwt);
	return all.map(([more, ...others]) => Object.assign(more, ...others));
}

const objectBody = body.filter(
	(content) => typeof content === "object" && content !== null,
);

function toFrame(
	request: Readonly<Record<string, unknown>>,
	key: string,
): string {
	const jwt = request.jwt === KEY ? { jwt: key } : {};
	return JSON.stringify(Object.assign({ ...request }, jwt));
}

/** The answer to a frame: the next one that comes, since only one request is under way. */
async function exchange(
	socket: WsClient,
	frame: string,
): Promise<{ status: number; error: object | null }> {
	const before = socket.frames.length;
	socket.send(frame);
	await socket.waitFor(() => socket.frames.length > before);
	return socket.frames[before];
}

interface Routed {
	readonly verb: string;
	readonly path: string;
	readonly body: unknown;
	readonly token: string | undefined;
}

function routed(actions: readonly Action[]): fc.Arbitrary<Routed> {
	const routes = actions.flatMap(({ http }) => http);
	const segments = fc.array(text, { minLength: 4, maxLength: 4 });
	return fc
		.record({
			route: fc.constantFrom(...routes),
			segments,
			query: fc.array(fc.tuple(text, text), { maxLength: 5 }),
			known: args,
			body,
			token: fc.constantFrom(KEY, KEY, undefined),
		})
		.map(({ route, segments: fills, query, known, body: content, token }) => {
			let next = 0;
			const path = route.path.replace(/:[^/]+/g, () =>
				percentEncode(fills[next++] ?? ""),
			);
			const pairs = [...query, ...Object.entries(known)].map(
				([name, member]) => {
					const written =
						typeof member === "string" ? member : JSON.stringify(member);
					return `${percentEncode(name)}=${percentEncode(written.slice(0, 500))}`;
				},
			);
			const { verb } = route;
			return { verb, path: `${path}?${pairs.join("&")}`, body: content, token };
		});
}

/** Percent-encodes every byte; half a surrogate pair becomes what UTF-8 has for it. */
function percentEncode(part: string): string {
	return [...Buffer.from(part.slice(0, 2_000))]
		.map((byte) => `%${byte.toString(16).padStart(2, "0")}`)
		.join("");
}
