import assert from "node:assert/strict";
import { it } from "node:test";
import { backends } from "../support/backends.ts";
import { createNamespace } from "../support/elasticsearch-namespace.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { must } from "../support/people.ts";
import { checkLayout } from "./check-layout.ts";
import { KuzzleCollections, metadata, TAXIS } from "./kuzzle-collections.ts";
import { KuzzleDatabase, PASSWORD } from "./kuzzle-database.ts";

const TIMEOUT_MS = 300_000;
/** Made for another collection, or serving one that is gone. */
const ODD_NAMES = ["&nyc.drivers", "&shared.one"];
type Ask = (
	controller: string,
	action: string,
	more?: Readonly<Record<string, unknown>>,
	// biome-ignore lint/suspicious/noExplicitAny: answers have every shape.
) => Promise<any>;

if (backends().includes("elasticsearch"))
	it("the collections of a Kuzzle are read, written, made and removed in place, and all keeps to Kuzzle's layout", {
		timeout: TIMEOUT_MS,
	}, async () => {
		const namespace = createNamespace();
		const database = new KuzzleCollections(namespace);
		await database.write();
		await new KuzzleDatabase(namespace).write([]);
		const foreign = (await database.indices())["-logs-2020"];
		const gateway = await startGateway({
			config: {
				services: {
					storageEngine: {
						backend: "elasticsearch",
						namespace: namespace.name,
						client: { node: namespace.url },
					},
				},
			},
		});
		try {
			const ask = await logIn(gateway);
			await assertListed(ask);
			await assertFound(ask);
			await writeDocuments(ask, database);
			await changeCollections(ask, database);
			assert.deepEqual((await database.indices())["-logs-2020"], foreign);
			await checkLayout(database, namespace.name, ODD_NAMES);
		} finally {
			await gateway.stop();
			await namespace.drop();
		}
	});

async function logIn(gateway: TestGateway): Promise<Ask> {
	const { jwt } = await must(gateway, {
		controller: "auth",
		action: "login",
		strategy: "local",
		body: { username: "login-root", password: PASSWORD },
	});
	return (controller, action, more = {}) =>
		must(gateway, { controller, action, ...more }, jwt);
}

async function assertListed(ask: Ask): Promise<void> {
	const { indexes } = await ask("index", "list");
	assert.deepEqual(indexes, ["empty", "nyc", "old", "shared"]);
	const collections: Record<string, string[]> = {
		empty: [],
		nyc: ["cabs", "drivers", "taxis"],
		old: ["things"],
		shared: ["one", "two"],
	};
	for (const [index, names] of Object.entries(collections)) {
		const listed = await ask("collection", "list", { index });
		const stored = listed.collections.filter(
			({ type }: { type: string }) => type === "stored",
		);
		assert.deepEqual(
			stored.map(({ name }: { name: string }) => name),
			names,
		);
	}
	const mapping = await ask("collection", "getMapping", nyc("taxis"));
	assert.equal(mapping.dynamic, "strict");
	assert.deepEqual(mapping._meta, { owner: "the city" });
	assert.deepEqual(mapping.properties.color, { type: "keyword" });
}

async function assertFound(ask: Ask): Promise<void> {
	const yellow = { query: { term: { color: "yellow" } } };
	const found = await ask("document", "search", {
		...nyc("taxis"),
		body: yellow,
	});
	assert.equal(found.total, TAXIS / 4);
	const words = { query: { match: { notes: "number 4711" } }, size: 1 };
	const matched = await ask("document", "search", {
		...nyc("taxis"),
		body: words,
	});
	assert.equal(matched.hits[0]._id, "old-4711");
	const seen = new Set<string>();
	let page = await ask("document", "search", {
		...nyc("taxis"),
		scroll: "1m",
		size: 2_000,
		body: {},
	});
	while (page.hits.length > 0) {
		for (const { _id } of page.hits) seen.add(_id);
		const { scrollId } = page;
		if (scrollId === undefined || seen.size === TAXIS) break;
		page = await ask("document", "scroll", { scrollId, scroll: "1m" });
	}
	assert.equal(seen.size, TAXIS);
	// Which indice holds a collection, only its alias tells.
	for (const [collection, indice] of [
		["drivers", "&nyc.drivers.48213"],
		["cabs", "&nyc.drivers"],
	] as const) {
		const { _source } = await ask("document", "get", {
			...nyc(collection),
			_id: "old-1",
		});
		assert.deepEqual(_source, { name: `${indice} 1`, ...metadata() });
	}
	const shared = { index: "shared", collection: "two" };
	assert.equal((await ask("document", "count", shared)).count, 10);
}

/** What is written now has Kuzzle's metadata, and is held to the specification that Kuzzle stored. */
async function writeDocuments(
	ask: Ask,
	database: KuzzleCollections,
): Promise<void> {
	const at = (_id: string, body: object) => ({ ...nyc("taxis"), _id, body });
	await ask("document", "create", at("new", { color: "red", seats: 4 }));
	await assert.rejects(
		ask("document", "create", at("bad", { color: "red", seats: 9 })),
		/validation\./,
	);
	await assert.rejects(
		ask("document", "create", at("bad", { wheels: 4 })),
		/strict_mapping_rejection/,
	);
	await ask("document", "update", at("old-1", { color: "green" }));
	await ask("document", "replace", at("old-2", { color: "blue", seats: 2 }));
	await ask("document", "delete", { ...nyc("taxis"), _id: "old-3" });
	const info = async (id: string) =>
		(await database.source("nyc.taxis", id))._kuzzle_info as Record<
			string,
			unknown
		>;
	const made = await info("new");
	assert.deepEqual(
		{ ...made, createdAt: typeof made.createdAt },
		{ author: "root", createdAt: "number", updatedAt: null, updater: null },
	);
	const updated = await info("old-1");
	assert.deepEqual(
		{ ...updated, updatedAt: typeof updated.updatedAt },
		{ ...metadata()._kuzzle_info, updatedAt: "number", updater: "root" },
	);
	assert.equal((await info("old-2")).updater, "root");
	await ask("collection", "refresh", nyc("taxis"));
	const { count } = await ask("document", "count", nyc("taxis"));
	assert.equal(count, TAXIS);
}

async function changeCollections(
	ask: Ask,
	database: KuzzleCollections,
): Promise<void> {
	const names = async () => Object.keys(await database.indices());
	// The hidden collection goes with the first that is made, and comes with one that is removed.
	await ask("collection", "create", { index: "empty", collection: "first" });
	assert.ok(!(await names()).includes("&empty._kuzzle_keep"));
	await ask("collection", "delete", { index: "old", collection: "things" });
	assert.ok((await names()).includes("&old._kuzzle_keep"));
	await ask("index", "create", { index: "made" });
	assert.ok((await names()).includes("&made._kuzzle_keep"));
	await ask("collection", "update", {
		...nyc("cabs"),
		body: { mappings: { properties: { name: { type: "keyword" } } } },
	});
	await ask("collection", "truncate", nyc("drivers"));
	await ask("collection", "truncate", nyc("taxis"));
	assert.ok((await names()).includes("&nyc.drivers.48213"));
	const mapping = await ask("collection", "getMapping", nyc("taxis"));
	assert.equal(mapping.dynamic, "strict");
	assert.deepEqual(mapping._meta, { owner: "the city" });
	// The indice serves another collection still.
	await ask("collection", "delete", { index: "shared", collection: "one" });
	const two = { index: "shared", collection: "two" };
	assert.equal((await ask("document", "count", two)).count, 10);
}

function nyc(collection: string) {
	return { index: "nyc", collection };
}
