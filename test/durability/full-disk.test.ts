import assert from "node:assert/strict";
import path from "node:path";
import { it } from "node:test";
import { Connection } from "../../src/sqlite/connection.ts";
import { toDiskError } from "../../src/sqlite/disk-errors.ts";
import { eventually } from "../support/eventually.ts";
import { type ServerProcess, startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { assertWhole } from "./check-file.ts";
import {
	checkAll,
	Ledger,
	makePlace,
	PLACE,
	runMixedLoad,
} from "./mixed-load.ts";
import { onSmallDisk, SmallDisk, whyNoSmallDisk } from "./small-disk.ts";

const TIMEOUT_MS = 300_000;
const MEGABYTES = 24;
const ROUNDS = 3;
const FULL = "portico.storage.full";

const missing = whyNoSmallDisk();
if (missing !== null && process.env.CI === "true")
	it("has a disk of its own to test with", () => assert.fail(missing));
const needsDisk = {
	skip: missing !== null && missing,
	timeout: TIMEOUT_MS,
};

it(
	"a full disk refuses writes by its name, loses and spoils nothing, lets reads go on, and is left behind once there is space",
	needsDisk,
	() =>
		withFolder(async (dataFolder) => {
			const under = onSmallDisk(dataFolder, { megabytes: MEGABYTES });
			const server = await startServer({ dataFolder, under });
			try {
				const disk = new SmallDisk(server.pid, dataFolder);
				const ledger = new Ledger();
				await makePlace(server.url);
				for (let round = 0; round < ROUNDS; round++) {
					await writeUntilFull(server, disk, ledger, `round-${round}`);
					await assertStillReads(server, ledger);
					await withFolder(async (copy) => {
						disk.copyDatabase(copy);
						assertWhole(copy);
					});
					disk.free();
					await eventually("the store is well again", async () => {
						const { status } = await health(server);
						return status === 200;
					});
					await checkAll(server.url, ledger);
				}
				assert.ok(ledger.documents > 0);
				disk.fill();
				assert.equal(await server.end("SIGTERM"), 0, server.output());
			} finally {
				await server.end("SIGKILL");
			}
		}),
);

it("a read-only disk is named when the server starts", needsDisk, () =>
	withFolder(async (dataFolder) => {
		const under = onSmallDisk(dataFolder, { megabytes: 1, readOnly: true });
		await assert.rejects(
			startServer({ dataFolder, under }),
			/is on a read-only disk\. Choose another folder: --data FOLDER/,
		);
	}),
);

it("a database that may only be read is told by its name", () =>
	withFolder((folder) => {
		const file = path.join(folder, "some.db");
		const writing = new Connection(file);
		writing.exec("CREATE TABLE things (id)");
		writing.close();
		const reading = new Connection(file, { readOnly: true });
		try {
			reading.run("INSERT INTO things VALUES (1)");
			assert.fail("It was written.");
		} catch (error) {
			assert.equal(toDiskError(error)?.id, "portico.storage.read_only");
			assert.equal(toDiskError(error)?.status, 503);
		} finally {
			reading.close();
		}
		assert.equal(toDiskError(new Error("another")), undefined);
		return Promise.resolve();
	}));

/** Every writer goes on until it is refused. The disk is filled while they write. */
async function writeUntilFull(
	server: ServerProcess,
	disk: SmallDisk,
	ledger: Ledger,
	name: string,
): Promise<void> {
	let answers = 0;
	await runMixedLoad({
		url: server.url,
		name,
		callersPerProtocol: 4,
		ledger,
		filling: 2_000,
		isOver({ status, error }) {
			if (++answers === 100) disk.fill();
			if (status === 200) return false;
			assert.equal(error?.id, FULL, JSON.stringify(error));
			assert.equal(status, 503);
			return true;
		},
	});
	assert.ok(answers > 100);
}

async function assertStillReads(
	server: ServerProcess,
	ledger: Ledger,
): Promise<void> {
	const { status, services } = await health(server);
	assert.notEqual(status, 200);
	assert.equal(services.storageEngine, "red");
	for (const id of ledger.ids.slice(0, 50)) {
		const answer = await server.query({
			...PLACE,
			controller: "document",
			action: "exists",
			_id: id,
		});
		assert.equal(answer.status, 200);
	}
	const found = await server.query({
		...PLACE,
		controller: "document",
		action: "search",
		body: { query: { match: { text: "words" } } },
	});
	assert.equal(found.status, 200, JSON.stringify(found.error));
	assert.ok(found.result.total > 0);
}

async function health(server: ServerProcess): Promise<{
	status: number;
	services: { storageEngine: string };
}> {
	const { status, result } = await server.query({
		controller: "server",
		action: "healthCheck",
	});
	return { status, services: result.services };
}
