import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { isKey, type Key, type KeyGroup } from "../../src/config/key.ts";
import { keys } from "../../src/config/keys.ts";
import { createConfig } from "../../src/config.ts";
import { packageRoot } from "../../src/lib/package-root.ts";

/** Every key of Kuzzle 2.56.0 with its default; `{"$": …}` where the default is described elsewhere. */
const kuzzle = JSON.parse(
	readFileSync(
		path.join(packageRoot, "test", "config", "kuzzle-defaults.json"),
		"utf8",
	),
) as Record<string, unknown>;

/** Our default for a key of Kuzzle's, where it is another on purpose. */
const DIFFERENT: Readonly<Record<string, string>> = {
	"http.accessControlAllowOrigin":
		"text is kept as the list that it stands for",
	"services.storageEngine.backend": "unset chooses by what else is configured",
	"services.internalCache.backend": "Redis comes with many nodes",
};

const table = new Map(listKeys(keys, ""));

describe("the table of keys", () => {
	it("holds every key of Kuzzle's, with Kuzzle's default", () => {
		for (const [name, value] of Object.entries(kuzzle)) {
			const found = lookUp(name);
			assert.notEqual(found, undefined, `${name} is missing`);
			const described =
				typeof value === "object" && value !== null && "$" in value;
			if (!described && !(name in DIFFERENT))
				assert.deepEqual(found, value, name);
		}
	});

	it("marks as its own exactly the keys that Kuzzle lacks", () => {
		const extra = [...table].filter(
			([name, { status }]) => status === "own" && lookUpKuzzle(name),
		);
		assert.deepEqual(
			extra.map(([name]) => name),
			[],
		);
	});

	for (const [name, key] of table)
		it(`${name}: its default is right, its sentence is one`, () => {
			assert.deepEqual(key.read(key.default), key.default);
			assert.match(key.doc, /^[A-Z`].*\.$/);
		});
});

/** A default by its path: of a key, of a whole group, or of a member of a key that is an object. */
function lookUp(name: string): unknown {
	return name
		.split(".")
		.reduce<unknown>(
			(value, part) => (value as Record<string, unknown> | undefined)?.[part],
			createConfig(),
		);
}

function lookUpKuzzle(name: string): boolean {
	return Object.keys(kuzzle).includes(name);
}

function listKeys(group: KeyGroup, above: string): [string, Key<unknown>][] {
	return Object.entries(group).flatMap(
		([name, node]): [string, Key<unknown>][] =>
			isKey(node)
				? [[`${above}${name}`, node]]
				: listKeys(node, `${above}${name}.`),
	);
}
