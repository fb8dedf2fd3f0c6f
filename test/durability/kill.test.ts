import assert from "node:assert/strict";
import { it } from "node:test";
import { createHttpClient } from "../support/http-client.ts";
import { createAdmin, whoIs } from "../support/people.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { assertWhole } from "./check-file.ts";

const ROUNDS = 20;
const CALLERS_PER_PROTOCOL = 8;
/** When this many keys of a round are acknowledged, the server is killed. */
const KEYS_BEFORE_KILL = 60;
const TIMEOUT_MS = 600_000;

interface Key {
	readonly id: string;
	readonly token: string;
}

it(
	"a server that is killed in the middle of createApiKey loses no key that it acknowledged",
	{
		timeout: TIMEOUT_MS,
	},
	() =>
		withFolder(async (dataFolder) => {
			const keys: Key[] = [];
			let admin: string | undefined;
			for (let round = 0; round <= ROUNDS; round++) {
				if (round > 0) assertWhole(dataFolder);
				const server = await startServer({ dataFolder });
				try {
					await assertAllWork(server, keys);
					if (round === ROUNDS) break;
					admin ??= await createAdmin(server);
					const acknowledged = await createUntilKilled(server, admin, round);
					assert.ok(acknowledged.length >= KEYS_BEFORE_KILL);
					keys.push(...acknowledged);
				} finally {
					await server.end("SIGKILL");
				}
			}
			assert.equal(new Set(keys.map(({ token }) => token)).size, keys.length);
		}),
);

/** Callers of both protocols make keys as fast as they can, until the server is killed among them. Answers those that were acknowledged. */
async function createUntilKilled(
	server: ServerProcess,
	admin: string,
	round: number,
): Promise<Key[]> {
	const acknowledged: Key[] = [];
	let cut: Promise<unknown> | undefined;
	const acknowledge = (id: string, token: string) => {
		acknowledged.push({ id, token });
		if (acknowledged.length === KEYS_BEFORE_KILL) cut = server.end("SIGKILL");
	};
	const callers = Array.from(
		{ length: 2 * CALLERS_PER_PROTOCOL },
		(_, caller) =>
			callUntilCut({
				query: caller % 2 === 0 ? overHttp(server) : overWebSocket(server),
				admin,
				name: `r${round}-c${caller}`,
				acknowledge,
			}),
	);
	await Promise.all(callers);
	await cut;
	return acknowledged;
}

type Query = (request: object, token: string) => Promise<Answer>;
interface Answer {
	readonly status: number;
	readonly result: { readonly _source: { readonly token: string } };
}

async function callUntilCut(caller: {
	readonly query: Query;
	readonly admin: string;
	readonly name: string;
	acknowledge(id: string, token: string): void;
}): Promise<void> {
	for (let count = 0; ; count++) {
		const _id = `${caller.name}-n${count}`;
		const answer = await caller
			.query(
				{
					controller: "auth",
					action: "createApiKey",
					_id,
					body: { description: `key ${_id}` },
				},
				caller.admin,
			)
			.catch(() => null);
		if (answer === null) return;
		assert.equal(answer.status, 200);
		caller.acknowledge(_id, answer.result._source.token);
	}
}

function overHttp({ url }: ServerProcess): Query {
	const client = createHttpClient(url);
	return (request, token) => client.query({ ...request }, token);
}

function overWebSocket(server: ServerProcess): Query {
	const opening = server.connect();
	return async (request, jwt) => (await opening).request({ ...request, jwt });
}

async function assertAllWork(
	server: ServerProcess,
	keys: readonly Key[],
): Promise<void> {
	const left = [...keys];
	const checkers = Array.from({ length: CALLERS_PER_PROTOCOL }, async () => {
		const client = createHttpClient(server.url);
		for (let key = left.pop(); key !== undefined; key = left.pop())
			assert.equal(await whoIs(client, key.token), "admin", `key ${key.id}`);
		client.close();
	});
	await Promise.all(checkers);
}
