import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { packageRoot } from "../../src/lib/package-root.ts";
import { listFiles, readText } from "./sources.ts";

const pages = [
	"README.md",
	"CONTRIBUTING.md",
	"CHANGELOG.md",
	...listFiles("docs", "src", "protocols", "controllers", "bench").filter(
		(file) => file.endsWith(".md"),
	),
];

describe("the links of the documentation", () => {
	for (const page of pages) {
		it(`lead somewhere in ${page}`, () => {
			const broken = linksOf(page).filter((link) => !leads(page, link));
			assert.deepEqual(broken, []);
		});
	}

	it("are looked at", () => {
		const links = pages.flatMap(linksOf);
		assert.ok(links.length > 10, String(links.length));
	});
});

/** Links into the repository, of Markdown and of HTML; what is in a block of code is none. */
function linksOf(page: string): string[] {
	const text = readText(page).replace(/^```[\s\S]*?^```/gm, "");
	const found = [
		...text.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g),
		...text.matchAll(/\b(?:href|src)="([^"]+)"/g),
	].map(([, link = ""]) => link);
	return found.filter((link) => !/^(https?:|mailto:)/.test(link));
}

function leads(page: string, link: string): boolean {
	const [file = "", heading] = link.split("#");
	const target =
		file === "" ? page : path.posix.join(path.posix.dirname(page), file);
	if (!existsSync(path.join(packageRoot, target))) return false;
	return heading === undefined || headingsOf(target).includes(heading);
}

/** The names by which headings are linked to: lower case, spaces as dashes, no punctuation. */
function headingsOf(page: string): string[] {
	if (!page.endsWith(".md")) return [];
	return [...readText(page).matchAll(/^#+\s+(.+)$/gm)].map(([, title = ""]) =>
		title
			.trim()
			.toLowerCase()
			.replace(/[^\p{L}\p{N}\s_-]/gu, "")
			.replace(/\s/g, "-"),
	);
}
