import type { Difference } from "./difference.ts";

/** Where MQTT differs. */
export const mqttDifferences: readonly Difference[] = [
	{
		title: "An MQTT packet has a largest size",
		kuzzle: "Requests by MQTT may be of any size.",
		portico:
			"`server.maxRequestSize` bounds the packet, as it bounds HTTP bodies and WebSocket frames. A longer one ends its connection before it is read.",
		why: "What a stranger sends must not fill the memory.",
		test: "test/conformance/mqtt-3.1.1.test.ts",
		steps: [
			{
				scenario: "mqtt-envelope",
				step: 25,
				ours: { "": [{ conn: "m1", closed: true }] },
			},
		],
	},
	{
		title: "A password at MQTT's CONNECT is a token",
		kuzzle: "User name and password at CONNECT are not looked at.",
		portico:
			"A password must be a login token or an API key. The connection's requests are made with it, unless they bring a `jwt` of their own; it is checked again with each. A bad one is refused with return code 4.",
		why: "A device can be given a key without code of its own.",
		test: "test/protocols/mqtt/mqtt.test.ts",
	},
	{
		title: "MQTT clients cannot forge notifications",
		kuzzle:
			"With `allowPubSub`, clients may publish to any topic but that of answers, channels of notifications among them.",
		portico:
			"Nor to channels, to `kuzzle:notification:server` and to topics that begin with `$`.",
		why: "Who listens to a channel believes what comes by it.",
		test: "test/protocols/mqtt/pub-sub.test.ts",
	},
	{
		title: "An MQTT session belongs to its user",
		kuzzle:
			"A client takes over, or ends, the session of any other by connecting with its client id.",
		portico:
			"Client ids are compared among the connections of one user only; those without a password are one user.",
		why: "Client ids are no secret.",
		test: "test/protocols/mqtt/pub-sub.test.ts",
	},
];
