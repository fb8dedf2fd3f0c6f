// `npm run bench`: installs what is missing, builds, then measures. What can be asked for: `npm run bench -- --help`.
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
	build,
	dist,
	ensureInstalled,
	fail,
	requireNode,
} from "./lib/project.mjs";

requireNode();
ensureInstalled();
if (build({ project: "tsconfig.json", clean: false }) !== 0)
	fail("The build failed; what the compiler says stands above.");
await import(pathToFileURL(path.join(dist, "bench", "main.js")).href);
