import assert from "node:assert/strict";
import { it } from "node:test";
import { backends } from "../support/backends.ts";
import { createNamespace } from "../support/elasticsearch-namespace.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { logIn, PASSWORD } from "../support/people.ts";
import { createTcpRelay, type TcpRelay } from "../support/tcp-relay.ts";

const TIMEOUT_MS = 300_000;
/** More than any of these actions sends. */
const REQUESTS_MAX = 30;
const NOT_CONNECTED = "services.storage.not_connected";
const OUTCOME_UNKNOWN = "portico.call.outcome_unknown";

if (backends().includes("elasticsearch"))
	for (const action of ["createUser", "createFirstAdmin"] as const)
		it(
			`security:${action}, cut off from its store at whatever request, never says that nothing was done when something was`,
			{
				timeout: TIMEOUT_MS,
			},
			() =>
				throughRelay(async (gateway, relay) => {
					for (let at = 1; await isCutAt(gateway, relay, action, at); at++)
						assert.ok(at < REQUESTS_MAX, "The action goes on and on.");
				}),
		);

/** Cuts the connection when the action sends its nth request. False when it has no such request. Anybody may do anything here. */
async function isCutAt(
	gateway: TestGateway,
	relay: TcpRelay,
	action: "createUser" | "createFirstAdmin",
	at: number,
): Promise<boolean> {
	const _id = `user-${at}`;
	const profiles = action === "createUser" ? { profileIds: ["default"] } : {};
	const body = { content: profiles, credentials: localLogin(_id) };
	const request = { controller: "security", action, _id, refresh: false, body };
	// What is remembered is not asked for: so each time the action sends the same requests.
	await gateway.query({
		controller: "security",
		action: "getProfile",
		_id: "default",
	});
	let cutting: Promise<void> | undefined;
	relay.atRequest(at, () => {
		cutting = relay.refuse();
	});
	const first = await gateway.query(request);
	if (cutting === undefined) {
		assert.equal(first.status, 200);
		return false;
	}
	await cutting;
	await relay.accept();
	const where = `cut at request ${at}: ${JSON.stringify(first.error)}`;
	if (first.status !== 200)
		assert.ok([NOT_CONNECTED, OUTCOME_UNKNOWN].includes(first.error.id), where);
	if (first.error?.id === NOT_CONNECTED) {
		const again = await gateway.query(request);
		assert.equal(again.status, 200, `${where}; ${JSON.stringify(again.error)}`);
	}
	if (first.error?.id !== OUTCOME_UNKNOWN) await logIn(gateway, _id);
	// An administrator who stays would keep the next one from being the first.
	const { status } = await gateway.query({
		controller: "security",
		action: "deleteUser",
		_id,
	});
	assert.ok(status === 200 || status === 404);
	return true;
}

function localLogin(username: string): object {
	return { local: { username, password: PASSWORD } };
}

/** A gateway whose connections to its store can be cut. */
async function throughRelay(
	run: (gateway: TestGateway, relay: TcpRelay) => Promise<void>,
): Promise<void> {
	const namespace = createNamespace();
	const relay = await createTcpRelay(namespace.url);
	const gateway = await startGateway({
		config: {
			limits: { loginsPerSecond: 1_000 },
			services: {
				storageEngine: {
					backend: "elasticsearch",
					namespace: namespace.name,
					client: { node: relay.url },
				},
			},
		},
	});
	try {
		await run(gateway, relay);
	} finally {
		await gateway.stop();
		await relay.close();
		await namespace.drop();
	}
}
