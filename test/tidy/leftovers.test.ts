import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSources, type Source } from "./sources.ts";

const sources = readSources("src", "controllers", "protocols", "test", "bench");
/** In parts, so that this file is not among what it finds. */
const UNFINISHED = new RegExp(
	`\\b(${["TO", "DO"].join("")}|FIXME|XXX|HACK)\\b`,
);

describe("nothing is left over:", () => {
	it("a note of what is yet to do", () => {
		assert.deepEqual(linesWith(UNFINISHED), []);
	});

	it("a test that keeps the others from running", () => {
		assert.deepEqual(
			linesWith(/\b(it|test|describe)\.only\(|\bonly: true\b/),
			[],
		);
	});

	it("a test that is left out without a reason", () => {
		const skips =
			/\b(it|test|describe)\.(skip|todo)\(|\bskip: true\b|\btodo: true\b/;
		assert.deepEqual(linesWith(skips), []);
	});

	it("a line that silences the compiler, or the linter without a reason", () => {
		assert.deepEqual(
			linesWith(/@ts-(ignore|nocheck)|biome-ignore[^:]*:?\s*$/),
			[],
		);
	});

	it("words on the console, but for the commands", () => {
		const commands = /^(src\/cli|test|bench|protocols\/reference\/browser)\//;
		const product = sources.filter(({ file }) => !commands.test(file));
		assert.deepEqual(linesWith(/\bconsole\.\w+\(/, product), []);
	});
});

function linesWith(
	pattern: RegExp,
	among: readonly Source[] = sources,
): string[] {
	return among.flatMap(({ file, text }) =>
		text
			.split("\n")
			.map((line, i) => (pattern.test(line) ? `${file}:${i + 1}` : ""))
			.filter((place) => place !== "" && !file.endsWith("leftovers.test.ts")),
	);
}
