import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSources, readText } from "./sources.ts";

const manifest = JSON.parse(readText("package.json")) as Readonly<
	Record<"dependencies" | "devDependencies", Readonly<Record<string, string>>>
>;
const runtime = Object.keys(manifest.dependencies);
const development = Object.keys(manifest.devDependencies);

describe("dependencies", () => {
	it("each have their line in docs/dependencies.md, and nothing else has one", () => {
		const rows = readText("docs/dependencies.md")
			.split("\n")
			.filter((line) => line.startsWith("| `"));
		const named = rows.flatMap((row) =>
			[...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(
				([, name = ""]) => name,
			),
		);
		assert.deepEqual(named.sort(), [...runtime, ...development].sort());
		for (const row of rows) {
			const [, , what = "", why = ""] = row.split("|");
			assert.ok(what.trim().length > 10 && why.trim().length > 10, row);
		}
	});

	it("of the product are used by it, and it uses no others", () => {
		const used = readSources("src", "controllers", "protocols").flatMap(
			(source) => source.packages,
		);
		assert.deepEqual([...new Set(used)].sort(), [...runtime].sort());
	});

	it("of the tests are used", () => {
		const used = new Set(
			readSources("test", "bench").flatMap((source) => source.packages),
		);
		const tools = ["typescript", "@biomejs/biome"];
		const unused = development.filter(
			(name) =>
				!name.startsWith("@types/") && !tools.includes(name) && !used.has(name),
		);
		assert.deepEqual(unused, []);
	});
});
