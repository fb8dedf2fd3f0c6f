// `npm start`: installs what is missing, builds when sources are newer, then is `portico start`, in this process.
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
	dist,
	ensureBuilt,
	ensureInstalled,
	requireNode,
} from "./lib/project.mjs";

requireNode();
ensureInstalled();
ensureBuilt();
const main = path.join(dist, "src", "main.js");
process.argv = [process.execPath, main, "start", ...process.argv.slice(2)];
await import(pathToFileURL(main).href);
