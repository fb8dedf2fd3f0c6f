import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";

/** A new folder, removed once the test that asks for it is over. (Asked for in a `before` hook, it would go with the hook.) */
export async function tempFolder(name: string): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), `portico-${name}-`));
	after(() => rm(folder, { recursive: true, force: true }));
	return folder;
}
