// `npm run docs`: writes the pages of docs/ that are generated from the sources. `npm run docs -- --check` writes nothing,
// and fails where a page is not what it would write.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
	ensureInstalled,
	fail,
	node,
	requireNode,
	root,
	say,
} from "./lib/project.mjs";

/** A build of its own: dist/ may belong to a gateway that runs. */
const BUILD = path.join(root, ".build", "docs");

const check = process.argv.includes("--check");
requireNode();
ensureInstalled();
compile();
const stale = (await readPages()).filter(([page, text]) => isStale(page, text));
if (check) report();
else write();

function compile() {
	const tsc = "node_modules/typescript/bin/tsc";
	if (node(tsc, ["-p", "tsconfig.json", "--outDir", BUILD]) !== 0)
		fail("The build failed; what the compiler says stands above.");
}

async function readPages() {
	const module = path.join(BUILD, "test", "docs", "generated-pages.js");
	const { generatedPages } = await import(pathToFileURL(module).href);
	return Object.entries(generatedPages());
}

function isStale(page, text) {
	const file = path.join(root, page);
	return !existsSync(file) || readFileSync(file, "utf8") !== text;
}

function report() {
	if (stale.length === 0) {
		say("Every generated page is up to date.");
		return;
	}
	const names = stale.map(([page]) => page).join(", ");
	fail(`Stale: ${names}. Run: npm run docs`);
}

function write() {
	for (const [page, text] of stale) {
		writeFileSync(path.join(root, page), text);
		say(`Wrote ${page}`);
	}
	if (stale.length === 0) say("Every generated page was up to date.");
}
