import type { Difference } from "./difference.ts";

const ACTIONS = "realtime-actions";

/** How notifications differ from Kuzzle's. */
export const realtimeDifferences: readonly Difference[] = [
	{
		title:
			"The notification of a document that document:upsert makes has its id",
		kuzzle:
			"Its `result` is the bare content, without `_id` and `_source`, and filters are tested against the body of the request.",
		portico:
			"Its `result` is that of a creation, and filters are tested against the document.",
		why: "A subscriber cannot tell which document it is, and filters on fields never match it.",
		test: "test/realtime/notifications.test.ts",
		steps: [
			{
				scenario: ACTIONS,
				step: 8,
				ours: {
					"0.data.result": {
						_id: "ups",
						_source: {
							d: 1,
							a: 3,
							_kuzzle_info: {
								author: "-1",
								createdAt: "<ms:5>",
								updatedAt: "<ms:5>",
								updater: "-1",
							},
						},
						_version: 1,
						created: true,
					},
				},
			},
			{
				scenario: ACTIONS,
				step: 18,
				ours: {
					"1.data.result._source._kuzzle_info": withUpdate,
					"2.data.result.successes.1._source._kuzzle_info": withUpdate,
				},
			},
		],
	},
	{
		title: "Notifications of document:mDelete come in the order of the request",
		kuzzle: "They come in no order.",
		portico: "They come in the order of the request, as its answer does.",
		why: "The notifications of all other actions are in order.",
		test: "test/realtime/notifications.test.ts",
		steps: [
			{
				scenario: ACTIONS,
				step: 19,
				ours: {
					"": (frames: unknown[]) => [frames[1], frames[0], frames[2]],
				},
			},
			{
				scenario: ACTIONS,
				step: 19,
				ours: { "2.data.result.successes": ["m1", "m2"] },
			},
		],
	},
	{
		title: "A place whose name is no text is refused",
		kuzzle:
			"realtime:subscribe with an index that is no text answers 500, and leaves a room without subscribers in realtime:list.",
		portico: "It answers `api.assert.invalid_type`, and there is no room.",
		why: "It is the client's mistake, and rooms that nobody is in never end.",
		test: "test/scenarios/realtime.scenarios.test.ts",
	},
	{
		title: "Subscriptions have limits of their own",
		kuzzle: "One connection may hold any number of subscriptions.",
		portico:
			"`limits.subscriptionsPerConnection` bounds them; above it the answer is `core.realtime.too_many_rooms`.",
		why: "One client must not use up what all have together.",
		test: "test/scenarios/realtime.scenarios.test.ts",
	},
	{
		title: "A subscription over HTTP makes no room",
		kuzzle:
			"realtime:subscribe over HTTP answers 200, and subscribes a connection that is over.",
		portico: "It answers the same, and subscribes nobody.",
		why: "Nothing can be sent there.",
		test: "test/realtime/notifications.test.ts",
	},
];

function withUpdate(metadata: unknown): object {
	return { ...(metadata as object), updatedAt: "<ms:14>", updater: "-1" };
}
