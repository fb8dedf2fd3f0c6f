import { statSync } from "node:fs";
import path from "node:path";
import { type Config, chooseStorage } from "../config.ts";
import type { Call } from "./commands.ts";
import { loadCallConfig } from "./load-call-config.ts";
import { size } from "./progress.ts";

/** `portico backup` */
export async function backup(call: Call): Promise<number> {
	const { dataFolder } = embeddedConfig(call, FOR_BACKUP).server;
	const { assertDatabase } = await import("../compose/open-store.ts");
	const { assertFree } = await import("../transfer/save-archive.ts");
	const { backUp } = await import("../sqlite/back-up.ts");
	const file = fileArgument(call);
	assertFree(file, call.flags.has("force"));
	backUp(assertDatabase(dataFolder), file);
	call.world.stdout.write(
		`Backed up ${path.resolve(dataFolder)} to ${file}, ${size(statSync(file).size)}, and checked it.\nIt holds the users, their password hashes, and the secret that signs tokens: keep it as you keep those.\n`,
	);
	return 0;
}

/** `portico restore` */
export async function restoreBackup(call: Call): Promise<number> {
	const { dataFolder } = embeddedConfig(call, FOR_BACKUP).server;
	const { restore } = await import("../sqlite/restore.ts");
	const file = fileArgument(call);
	const kept = restore(file, dataFolder, {
		force: call.flags.has("force"),
		now: Date.now(),
	});
	const aside = kept === null ? "" : ` What was there is ${kept} now.`;
	call.world.stdout.write(
		`Restored ${file} to ${path.resolve(dataFolder)}.${aside}\n`,
	);
	return 0;
}

/** Findings that are told one by one. */
const FINDINGS_MAX = 100;

/** `portico check` */
export async function check(call: Call): Promise<number> {
	const { dataFolder } = embeddedConfig(call, FOR_CHECK).server;
	const { assertDatabase } = await import("../compose/open-store.ts");
	const { checkFile } = await import("../storage/sqlite/check-file.ts");
	const { stdout } = call.world;
	let findings = 0;
	for (const finding of checkFile(assertDatabase(dataFolder))) {
		findings++;
		if (findings <= FINDINGS_MAX) stdout.write(`${finding}\n`);
	}
	if (findings === 0) {
		stdout.write(
			`${path.resolve(dataFolder)} is sound: the file, the documents, and what they are found by.\n`,
		);
		return 0;
	}
	const more =
		findings > FINDINGS_MAX ? ` (the first ${FINDINGS_MAX} are above)` : "";
	stdout.write(
		`${findings} findings${more}. Documents that can be read are saved by portico export; a database without them is made of that by portico import into another data folder.\n`,
	);
	return 1;
}

const FOR_BACKUP =
	"Take a snapshot in Elasticsearch, or use portico export and portico import.";
const FOR_CHECK = "Ask Elasticsearch how it is: GET /_cluster/health";

function embeddedConfig(call: Call, instead: string): Config {
	const loaded = loadCallConfig(call);
	for (const warning of loaded.warnings)
		call.world.stderr.write(`Warning: ${warning}\n`);
	const { backend, reason } = chooseStorage(loaded);
	if (backend === "sqlite") return loaded.config;
	throw new Error(
		`This is for the embedded store, and the store is ${backend}, because ${reason}. ${instead}`,
	);
}

function fileArgument(call: Call): string {
	return path.resolve(call.world.cwd, call.arguments[0] ?? "");
}
