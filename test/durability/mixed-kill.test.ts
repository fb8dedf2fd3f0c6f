import assert from "node:assert/strict";
import { it } from "node:test";
import { backends } from "../support/backends.ts";
import { createNamespace } from "../support/elasticsearch-namespace.ts";
import { startServer } from "../support/server-process.ts";
import { withFolder } from "../support/temporary-folder.ts";
import { assertWhole } from "./check-file.ts";
import { checkAll, Ledger, makePlace, runMixedLoad } from "./mixed-load.ts";

const ROUNDS = 20;
const CALLERS_PER_PROTOCOL = 6;
/** When so many writes of a round are acknowledged, the server is killed. Uneven, so that it falls in another place each round. */
const WRITES_BEFORE_KILL = 120;
const TIMEOUT_MS = 600_000;

it(
	"a server on SQLite that is killed amid writes of every kind keeps each that it acknowledged, whole",
	{ timeout: TIMEOUT_MS },
	() =>
		withFolder((dataFolder) =>
			killAndCheck(dataFolder, [], () => assertWhole(dataFolder)),
		),
);

if (backends().includes("elasticsearch"))
	it(
		"a server on Elasticsearch that is killed amid writes of every kind keeps each that it acknowledged, whole",
		{ timeout: TIMEOUT_MS },
		() =>
			withFolder(async (dataFolder) => {
				const namespace = createNamespace();
				const flags = [
					"services.storageEngine.backend=elasticsearch",
					`services.storageEngine.namespace=${namespace.name}`,
					`services.storageEngine.client.node=${namespace.url}`,
				].flatMap((setting) => ["--set", setting]);
				try {
					await killAndCheck(dataFolder, flags, () => {});
				} finally {
					await namespace.drop();
				}
			}),
	);

async function killAndCheck(
	dataFolder: string,
	flags: readonly string[],
	checkStopped: () => void,
): Promise<void> {
	const ledger = new Ledger();
	for (let round = 0; round <= ROUNDS; round++) {
		const server = await startServer({ dataFolder, flags });
		try {
			if (round === 0) await makePlace(server.url);
			await checkAll(server.url, ledger);
			if (round === ROUNDS) break;
			let acknowledged = 0;
			let kill: Promise<unknown> | undefined;
			await runMixedLoad({
				url: server.url,
				name: `round-${round}`,
				callersPerProtocol: CALLERS_PER_PROTOCOL,
				ledger,
				isOver({ status, error }) {
					assert.equal(status, 200, JSON.stringify(error));
					if (++acknowledged === WRITES_BEFORE_KILL + 7 * round)
						kill = server.end("SIGKILL");
					return false;
				},
			});
			await kill;
			assert.ok(acknowledged >= WRITES_BEFORE_KILL);
		} finally {
			await server.end("SIGKILL");
		}
		checkStopped();
	}
	assert.ok(ledger.documents > ROUNDS);
}
