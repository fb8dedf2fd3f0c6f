import assert from "node:assert/strict";
import { anyText, exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	missing,
	noRights,
	refusals,
	type Wrong,
	wrongType,
} from "../support/scenario-rows.ts";
import type { Transport } from "../support/transports.ts";

/** These actions have no route. */
const ROUTELESS: readonly Transport[] = ["query", "ws", "sdk-ws"];
const place = { index: "i-{n}", collection: "c" };
const filter = { equals: { "name.{n}": "x" } };
const ROOM = "0".repeat(64);
const roomId = matching(/^[0-9a-f]{64}$/);

function request(
	action: string,
	parts: Partial<ScenarioRequest> = {},
): ScenarioRequest {
	return { action: `realtime:${action}`, as: "admin", ...parts };
}

const subscribe = request("subscribe", { args: place, body: filter });
const join = request("join", { body: { roomId: ROOM } });
const unsubscribe = request("unsubscribe", { body: { roomId: ROOM } });
const count = request("count", { body: { roomId: ROOM } });
const list = request("list");
const publish = request("publish", { args: place, body: { a: 1 } });
const validate = request("validate", { args: place, body: { n: 1 } });

const noBody: Wrong = {
	when: "no body",
	body: undefined,
	error: "api.assert.body_required",
};
const badRooms: readonly Wrong[] = [
	noBody,
	{
		when: "no roomId",
		body: {},
		error: "api.assert.missing_argument",
		props: ["body.roomId"],
	},
	{
		when: "a roomId that is no text",
		body: { roomId: 1 },
		error: "api.assert.invalid_type",
		props: ["body.roomId", "string"],
	},
];
const badPlaces: readonly Wrong[] = ["index", "collection"].flatMap((name) => [
	missing(name),
	missing(name, ""),
	wrongType(name, {}, "string"),
]);
const badOptions: readonly Wrong[] = [
	["scope", "core.realtime.invalid_scope"] as const,
	["users", "core.realtime.invalid_users"] as const,
].flatMap(([name, error]) =>
	["ghost", 1, {}].map((value) => ({
		when: `${name} = ${JSON.stringify(value)}`,
		args: { [name]: value },
		error,
	})),
);

/** Somebody who is in a room of the row. */
async function enter(
	{ stage, named }: ScenarioRun,
	collection = "c",
): Promise<string> {
	const client = await stage.gateway.connect();
	const jwt = await stage.token("admin");
	const answer = await client.request({
		controller: "realtime",
		action: "subscribe",
		index: named("i-{n}"),
		collection,
		body: {},
		jwt,
	});
	return answer.result.roomId;
}

const specified: readonly ScenarioRequest[] = [
	{
		action: "collection:updateSpecifications",
		args: place,
		body: {
			strict: true,
			fields: { n: { type: "integer", mandatory: true } },
		},
	},
];

/** The controller `realtime`: what is asked and answered. What subscribers are sent is in test/realtime. */
export const realtimeScenarios: readonly Scenario[] = [
	{
		name: "realtime:subscribe answers a room and a channel",
		matrix: true,
		on: ROUTELESS,
		request: subscribe,
		reply: {
			result: exactly({
				roomId,
				channel: matching(/^[0-9a-f]{64}-311$/),
			}),
		},
	},
	...(
		[
			["in", "all", "112"],
			["out", "in", "213"],
			["none", "out", "31"],
			["all", "none", "311"],
		] as const
	).map(
		([scope, users, digits]): Scenario => ({
			name: `realtime:subscribe answers the channel of scope ${scope} and users ${users}`,
			request: { ...subscribe, args: { ...place, scope, users } },
			reply: {
				result: { channel: matching(new RegExp(`^[0-9a-f]{64}-${digits}$`)) },
			},
		}),
	),
	...noRights(subscribe).map((row) => ({ ...row, on: ROUTELESS })),
	...refusals(subscribe, [
		...badPlaces,
		...badOptions,
		noBody,
		{
			when: "a body that is a list",
			body: [1],
			error: "api.assert.koncorde_dsl_error",
			props: [anyText],
		},
		{
			when: "a filter of two keywords",
			body: { equals: { a: 1 }, exists: "a" },
			error: "api.assert.koncorde_dsl_error",
			props: [anyText],
		},
		{
			when: "a filter of too many conditions",
			body: {
				or: Array.from({ length: 101 }, (_, i) => ({ equals: { a: i } })),
			},
			error: "api.assert.koncorde_dsl_error",
			props: [anyText],
		},
		{
			when: "a room more than a node may have",
			config: { limits: { subscriptionRooms: 1 } },
			given: async (run) => {
				await enter(run);
			},
			error: "core.realtime.too_many_rooms",
		},
	]),
	{
		name: "realtime:join answers the room and a channel of its own",
		request: async (run) => ({
			...join,
			args: { users: "all" },
			body: { roomId: await enter(run) },
		}),
		matrix: true,
		on: ROUTELESS,
		reply: {
			result: exactly({ roomId, channel: matching(/^[0-9a-f]{64}-111$/) }),
		},
	},
	...noRights(join).map((row) => ({ ...row, on: ROUTELESS })),
	...refusals(join, [
		...badRooms,
		...badOptions,
		{
			when: "a room that is not there",
			error: "core.realtime.room_not_found",
			props: [ROOM],
		},
	]),
	{
		name: "realtime:join refuses a room more than a connection may have",
		config: { limits: { subscriptionsPerConnection: 1 } },
		request: count,
		reply: { result: { count: 0 } },
		async afterwards(run) {
			const client = await run.stage.gateway.connect();
			const jwt = await run.stage.token("admin");
			const ask = (action: string, parts: object) =>
				client.request({ controller: "realtime", action, jwt, ...parts });
			const other = await enter(run, "other");
			const here = { index: "i", collection: "c", body: {} };
			assert.equal((await ask("subscribe", here)).status, 200);
			assert.equal(
				(await ask("subscribe", { ...here, scope: "in" })).status,
				200,
			);
			const joined = await ask("join", { body: { roomId: other } });
			assert.equal(joined.error.id, "core.realtime.too_many_rooms");
			const third = await ask("subscribe", { ...here, collection: "d" });
			assert.equal(third.error.id, "core.realtime.too_many_rooms");
		},
	},
	{
		name: "realtime:unsubscribe leaves a room",
		matrix: true,
		on: ["ws"],
		request: async () => count,
		reply: { result: exactly({ count: 0 }) },
		async afterwards(run) {
			const client = await run.stage.gateway.connect();
			const jwt = await run.stage.token("admin");
			const ask = (action: string, parts: object) =>
				client.request({ controller: "realtime", action, jwt, ...parts });
			const { result } = await ask("subscribe", {
				index: run.named("i-{n}"),
				collection: "c",
				body: {},
			});
			const body = { roomId: result.roomId };
			assert.equal((await ask("count", { body })).result.count, 1);
			assert.deepEqual((await ask("unsubscribe", { body })).result, body);
			assert.equal((await ask("count", { body })).result.count, 0);
			const again = await ask("unsubscribe", { body });
			assert.equal(again.error.id, "core.realtime.not_subscribed");
			await client.close();
		},
	},
	...noRights(unsubscribe).map((row) => ({ ...row, on: ROUTELESS })),
	...refusals(unsubscribe, [
		...badRooms,
		{
			when: "a room that the connection is not in",
			error: "core.realtime.not_subscribed",
			props: [anyText, ROOM],
		},
	]),
	{
		name: "realtime:count counts who is in a room",
		matrix: true,
		on: ROUTELESS,
		request: async (run) => ({
			...count,
			body: { roomId: await enter(run) },
		}),
		reply: { result: exactly({ count: 1 }) },
	},
	{
		name: "realtime:count finds nobody in a room that is not there",
		request: count,
		reply: { result: exactly({ count: 0 }) },
	},
	...noRights(count).map((row) => ({ ...row, on: ROUTELESS })),
	...refusals(count, badRooms),
	{
		name: "realtime:list counts who is in each room",
		matrix: true,
		request: async (run) => {
			run.notes.set("room", await enter(run));
			return list;
		},
		reply: {},
		afterwards({ named, notes }, { result }) {
			const rooms = result as Record<string, object>;
			assert.deepEqual(
				{ ...rooms[named("i-{n}")] },
				{
					c: { [notes.get("room") ?? ""]: 1 },
				},
			);
		},
	},
	{
		name: "realtime:list leaves out what the caller may not subscribe to",
		given: async (run) => {
			await enter(run);
		},
		request: { ...list, as: ["realtime:list"] },
		reply: {},
		afterwards({ named }, { result }) {
			const rooms = result as Record<string, object>;
			assert.deepEqual(rooms[named("i-{n}")], {});
		},
	},
	...noRights(list),
	{
		name: "realtime:publish says that it did",
		matrix: true,
		request: publish,
		reply: { result: exactly({ published: true }) },
	},
	{
		name: "realtime:publish takes a message that keeps to the specification",
		given: specified,
		request: { ...publish, body: { n: 1 } },
		reply: { result: exactly({ published: true }) },
	},
	...noRights(publish),
	...refusals(publish, [
		...badPlaces,
		wrongType("_id", {}, "string"),
		noBody,
		{
			when: "a message whose field is not as specified",
			given: specified,
			body: { n: "x" },
			error: "validation.check.failed_field",
		},
		{
			when: "a message with more than is specified",
			given: specified,
			body: { n: 1, zz: 1 },
			error: "validation.check.failed_document",
		},
	]),
	{
		name: "realtime:validate says that a message keeps to the specification",
		matrix: true,
		on: ROUTELESS,
		given: specified,
		request: validate,
		reply: { result: exactly({ valid: true, errorMessages: exactly({}) }) },
	},
	{
		name: "realtime:validate tells what is wrong",
		given: specified,
		request: { ...validate, body: { n: "x" } },
		reply: { result: { valid: false } },
	},
	...noRights(validate).map((row) => ({ ...row, on: ROUTELESS })),
	...refusals(validate, [...badPlaces, noBody]),
];
