import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { packageRoot } from "../../src/lib/package-root.ts";
import { generatedPages } from "./generated-pages.ts";

describe("the generated pages of docs/", () => {
	for (const [page, text] of Object.entries(generatedPages())) {
		it(`${page} says what the sources say (else: npm run docs)`, async () => {
			const committed = await readFile(path.join(packageRoot, page), "utf8");
			assert.equal(committed, text);
		});
	}
});
