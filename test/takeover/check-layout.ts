import assert from "node:assert/strict";
import {
	COMMON,
	type Indice,
	type KuzzleCollections,
} from "./kuzzle-collections.ts";

const KEEP = "_kuzzle_keep";
const FORBIDDEN = /[\\/*?"<>|\s,+#:.&%]|[A-Z]/;
const NAME_BYTES_MAX = 126;
const INDICE_BYTES_MAX = 255;

interface Collection {
	readonly scope: string;
	readonly index: string;
	readonly collection: string;
}

/**
 * Holds a whole database to the rules of the storage facts, §1 to §3, whoever wrote it. `oddNames` are indices whose name never followed
 * from their collection's.
 */
export async function checkLayout(
	database: KuzzleCollections,
	namespace: string,
	oddNames: readonly string[],
): Promise<void> {
	const indices = await database.indices();
	const seen = new Map<string, string>();
	const scopes = new Map<string, string>();
	for (const [indice, found] of Object.entries(indices)) {
		if (!/^[&%]/.test(indice)) continue;
		assert.ok(Buffer.byteLength(namespace + indice) <= INDICE_BYTES_MAX);
		const collections = Object.keys(found.aliases).map((alias) => {
			assert.equal(seen.get(alias), undefined, `${alias} names two indices`);
			seen.set(alias, indice);
			return parse(alias, namespace);
		});
		assert.ok(collections.length > 0, `${indice} has no alias`);
		for (const { scope, index } of collections) {
			assert.equal(scope, indice.slice(0, 1));
			assert.equal(
				scopes.get(index) ?? scope,
				scope,
				`${index} is in both scopes`,
			);
			scopes.set(index, scope);
		}
		if (!oddNames.includes(indice)) checkName(indice, collections);
		await checkContents(database, indice, found, collections);
	}
}

function parse(alias: string, namespace: string): Collection {
	assert.ok(alias.startsWith(`@${namespace}`), alias);
	const rest = alias.slice(1 + namespace.length);
	const dot = rest.indexOf(".");
	const index = rest.slice(1, dot);
	const collection = rest.slice(dot + 1);
	for (const name of [index, collection]) {
		assert.ok(name !== "" && name !== "_all" && !FORBIDDEN.test(name), alias);
		assert.ok(Buffer.byteLength(name) <= NAME_BYTES_MAX, alias);
	}
	return { scope: rest.slice(0, 1), index, collection };
}

/** Named after a collection of its, with a number behind where that name was taken. */
function checkName(indice: string, collections: readonly Collection[]): void {
	const isNamedAfter = collections.some(({ scope, index, collection }) => {
		const name = `${scope}${index}.${collection}`;
		return (
			indice === name ||
			(indice.startsWith(`${name}.`) &&
				/^\d{1,5}$/.test(indice.slice(name.length + 1)))
		);
	});
	assert.ok(isNamedAfter, `${indice}: ${JSON.stringify(collections)}`);
}

async function checkContents(
	database: KuzzleCollections,
	indice: string,
	{ mappings, settings }: Indice,
	collections: readonly Collection[],
): Promise<void> {
	assert.equal(settings.index.number_of_shards, "1", indice);
	// The private ones of the fixture were made without copies.
	if (indice.startsWith("&"))
		assert.equal(settings.index.number_of_replicas, "1", indice);
	const documents = await database.documents(indice);
	if (collections.some(({ collection }) => collection === KEEP)) {
		assert.equal(collections.length, 1, indice);
		assert.deepEqual(mappings, {}, indice);
		assert.deepEqual(documents, [], indice);
		return;
	}
	assert.ok(["false", "true", "strict"].includes(mappings.dynamic ?? "true"));
	assert.deepEqual(
		mappings.properties?._kuzzle_info,
		COMMON._kuzzle_info,
		indice,
	);
	if (!indice.startsWith("&")) return;
	for (const { _id, _source } of documents)
		checkMetadata(`${indice} ${_id}`, _source._kuzzle_info);
}

function checkMetadata(where: string, found: unknown): void {
	const info = found as Record<string, unknown>;
	assert.equal(typeof info, "object", where);
	const types = {
		author: ["string", "null"],
		createdAt: ["number"],
		updatedAt: ["number", "null"],
		updater: ["string", "null"],
	};
	for (const [key, value] of Object.entries(info)) {
		const allowed = types[key as keyof typeof types];
		const type = value === null ? "null" : typeof value;
		assert.ok(allowed?.includes(type), `${where}: ${key} is ${value}`);
	}
}
