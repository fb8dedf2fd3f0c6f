import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { it } from "node:test";
import { createHttpClient } from "../support/http-client.ts";
import { createAdmin, must } from "../support/people.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { type KeyTrace, readTrace, type Sync } from "./read-trace.ts";

const CALLERS = 50;
const KEYS_PER_CALLER = 20;
const SYNCS_PER_KEY_MAX = 0.1;
const TIMEOUT_MS = 300_000;
/** An id that is found again in requests, in pages of the database and in answers. */
const KEY = /traced-\d{6}-key/g;
const CALLS =
	"read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync";

/** Pages and requests whole: an id may stand at the end of either. */
const STRACE = [
	"strace",
	"-D",
	"-f",
	"-y",
	"-s",
	"8192",
	"-e",
	`trace=${CALLS}`,
];

const missing = whyNoStrace();
if (missing !== null && process.env.CI === "true")
	it("has strace to test with", () => assert.fail(missing));

it(
	"the log is synced between a request and its acknowledgement, once for many keys",
	{
		skip: missing !== null && missing,
		timeout: TIMEOUT_MS,
	},
	(test) =>
		withFolder(async (folder) => {
			const file = path.join(folder, "trace");
			const server = await startServer({
				dataFolder: folder,
				under: [...STRACE, "-o", file],
			});
			try {
				await createKeys(server);
				assert.equal(await server.end("SIGTERM"), 0);
			} finally {
				await server.end("SIGKILL");
			}
			const { keys, syncs } = readTrace(readFileSync(file, "utf8"), KEY);
			assert.equal(keys.size, CALLERS * KEYS_PER_CALLER);
			for (const [id, key] of keys) assertSynced(id, key, syncs);
			const during = countDuring(syncs, [...keys.values()]);
			test.diagnostic(`${during} syncs for ${keys.size} keys`);
			assert.ok(during / keys.size <= SYNCS_PER_KEY_MAX);
		}),
);

/** Each caller waits for its answer before it asks for the next key. */
async function createKeys(server: ServerProcess): Promise<void> {
	const admin = await createAdmin(server);
	let count = 0;
	const callers = Array.from({ length: CALLERS }, async () => {
		const client = createHttpClient(server.url);
		for (let n = 0; n < KEYS_PER_CALLER; n++) {
			const _id = `traced-${String(count++).padStart(6, "0")}-key`;
			const body = { description: "d" };
			const request = { controller: "auth", action: "createApiKey", _id, body };
			await must(client, request, admin);
		}
		client.close();
	});
	await Promise.all(callers);
}

function assertSynced(
	id: string,
	{ received, logged, answered }: KeyTrace,
	syncs: readonly Sync[],
): void {
	assert.ok(
		received !== undefined && logged !== undefined && answered !== undefined,
		`${id} was received, logged and answered`,
	);
	assert.ok(received < logged, `${id} was logged after it was received`);
	const isSynced = syncs.some(
		({ begun, ended }) => begun > logged && ended < answered,
	);
	assert.ok(
		isSynced,
		`the log was synced between the writing of ${id} to it and its answer`,
	);
}

/** The syncs from the first request to the last answer. */
function countDuring(
	syncs: readonly Sync[],
	keys: readonly KeyTrace[],
): number {
	const first = Math.min(...keys.map(({ received = 0 }) => received));
	const last = Math.max(...keys.map(({ answered = 0 }) => answered));
	return syncs.filter(({ begun }) => begun > first && begun < last).length;
}

/** Some machines have no strace, or forbid one process to watch another. */
function whyNoStrace(): string | null {
	const { status, error, stderr } = spawnSync(
		"strace",
		["-o", "/dev/null", "true"],
		{ encoding: "utf8" },
	);
	if (status === 0) return null;
	return `strace cannot be used here, so syncs are not looked at: ${error?.message ?? stderr}`;
}
