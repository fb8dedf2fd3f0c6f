import assert from "node:assert/strict";
import { it } from "node:test";
import { readSources } from "./sources.ts";

/** Where a program begins: the command, the package, the script of the pages at /_docs, and `npm run docs`. */
const ENTRIES = [
	"src/main.ts",
	"src/index.ts",
	"protocols/reference/browser/try-call.ts",
	"test/docs/generated-pages.ts",
];

const sources = new Map(
	readSources("src", "controllers", "protocols", "test").map((source) => [
		source.file,
		source,
	]),
);
const reached = findReached();
const dead = [...sources.keys()].filter(
	(file) => !file.startsWith("test/") && !reached.has(file),
);

it("each file of the product is reached from where a program begins", () => {
	assert.deepEqual(dead, []);
});

function findReached(): ReadonlySet<string> {
	const found = new Set<string>();
	const open = [...ENTRIES];
	for (let file = open.pop(); file !== undefined; file = open.pop()) {
		if (found.has(file)) continue;
		const source = sources.get(file);
		assert.ok(source, `${file} is imported, and is not there`);
		found.add(file);
		open.push(...source.files);
	}
	return found;
}
