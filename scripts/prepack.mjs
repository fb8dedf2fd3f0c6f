// Before `npm pack`: a clean build of what the package holds, without tests and benches.
import { build, ensureInstalled, fail, requireNode } from "./lib/project.mjs";

requireNode();
ensureInstalled();
if (build({ project: "tsconfig.build.json", clean: true }) !== 0)
	fail("The build failed; nothing was packed.");
