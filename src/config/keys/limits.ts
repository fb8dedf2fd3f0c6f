import { inert, integer, type KeyStatus } from "../key.ts";

export const limits = {
	concurrentRequests: limit(
		100,
		"Requests that run at once; the others wait. Lower than `limits.requestsBufferSize`.",
	),
	requestsBufferSize: limit(
		50_000,
		"Requests that may wait; above it the answer is 503.",
	),
	requestsBufferWarningThreshold: limit(
		5_000,
		"Waiting requests above which the log warns. Between the two keys above.",
	),
	documentsFetchCount: limit(10_000, "Documents that one call may read."),
	documentsWriteCount: limit(200, "Documents that one call may write."),
	loginsPerSecond: limit(1, "Logins tried per second."),
	subscriptionConditionsCount: limit(100, "Conditions of one filter."),
	subscriptionRooms: integer({
		default: 1_000_000,
		min: 0,
		doc: "Rooms of one node; 0 for no limit.",
	}),
	subscriptionDocumentTTL: integer({
		default: 259_200_000,
		min: 0,
		doc: "How long it is remembered that a document matched, in milliseconds; 0 for ever.",
	}),
	subscriptionMinterms: inert(0, "Old: Kuzzle does not read it either."),

	requestTimeout: limit(
		30_000,
		"How long one call may take, in milliseconds. A read is cancelled; of a write the outcome is then unknown, and the answer says so.",
		"own",
	),
	searchTimeout: limit(
		10_000,
		"How long one search may take in the store, in milliseconds. What it has found by then is answered, with `timed_out`.",
		"own",
	),
	subscriptionsPerConnection: limit(
		10_000,
		"Rooms that one connection may be subscribed to.",
		"own",
	),
	connections: limit(
		10_000,
		"Connections open at once, over all protocols.",
		"own",
	),
	headerBytes: limit(
		16_384,
		"Bytes of all headers of one HTTP request.",
		"own",
	),
	outgoingBufferBytes: limit(
		16_777_216,
		"Bytes that may wait for one slow reader before its connection is cut.",
		"own",
	),
	mqttSubscriptions: limit(
		1_000,
		"Topics that one MQTT client may listen to; above it a subscription is refused.",
		"own",
	),
	mqttSessions: limit(
		1_000,
		"MQTT sessions that outlive their connections (clients without Clean Session).",
		"own",
	),
	mqttStoredMessages: limit(
		1_000,
		"Messages that are kept for one such session; and topics that keep a retained message.",
		"own",
	),
	mqttStoredBytes: limit(
		67_108_864,
		"Bytes of all MQTT messages that are kept, in memory.",
		"own",
	),
	idleTimeout: limit(
		60_000,
		"How long an HTTP connection may stay open without a request, in milliseconds.",
		"own",
	),
	shutdownTimeout: limit(
		10_000,
		"How long a stop waits for requests under way, in milliseconds.",
		"own",
	),
	passwordHashConcurrency: limit(
		2,
		"Password hashes computed at once; each takes a thread of its own.",
		"own",
	),
	passwordHashQueue: limit(
		100,
		"Password hashes that may wait; above it the answer is 503.",
		"own",
	),
	loginFailuresPerAccount: limit(
		10,
		"Failed logins to one account from one address before each further try has to wait, twice as long each time.",
		"own",
	),
	loginFailuresPerAddress: limit(
		1_000,
		"Failed logins from one address, to whatever accounts, before its further tries have to wait in the same way.",
		"own",
	),
	loginFailuresWindow: limit(
		900_000,
		"How long failed logins are counted together, in milliseconds.",
		"own",
	),
	loginDelayMax: limit(
		60_000,
		"Longest wait between two tries to log in, in milliseconds.",
		"own",
	),
};

function limit(value: number, doc: string, status?: KeyStatus) {
	return integer({
		default: value,
		min: 1,
		doc,
		...(status === undefined ? {} : { status }),
	});
}
