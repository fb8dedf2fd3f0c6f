import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package: the nearest one upwards that holds a package.json, whether run from dist/ or elsewhere. */
export const packageRoot: string = findUpwards(
	path.dirname(fileURLToPath(import.meta.url)),
);

export const packageVersion: string = (
	JSON.parse(readFileSync(path.join(packageRoot, "package.json"), "utf8")) as {
		version: string;
	}
).version;

function findUpwards(folder: string): string {
	if (existsSync(path.join(folder, "package.json"))) return folder;
	const parent = path.dirname(folder);
	if (parent === folder) throw new Error("No package.json above this file.");
	return findUpwards(parent);
}
