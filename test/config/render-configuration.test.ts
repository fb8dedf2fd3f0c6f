import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { renderConfiguration } from "../../src/config/render-configuration.ts";
import { packageRoot } from "../../src/lib/package-root.ts";

describe("docs/configuration.md", () => {
	it("is what the table of keys makes; `npm run docs` writes it anew", () => {
		const file = path.join(packageRoot, "docs", "configuration.md");
		assert.equal(readFileSync(file, "utf8"), renderConfiguration());
	});

	it("names keys that are read with their defaults, and the others apart", () => {
		const [read = "", unread = ""] = renderConfiguration().split(
			"## Keys of Kuzzle that are not read",
		);
		assert.match(
			read,
			/\| `server\.port` \| `7512` \| a whole number from 0 to 65535 \|/,
		);
		assert.match(unread, /\| `stats\.statsInterval` \| Not yet:/);
		assert.doesNotMatch(read, /stats\.statsInterval/);
	});
});
