import path from "node:path";
import { chooseStorage } from "../config.ts";
import { packageVersion } from "../lib/package-root.ts";
import type { Storage } from "../storage/storage.ts";
import { toArchiveLines } from "../transfer/archive-lines.ts";
import { readStore } from "../transfer/read-store.ts";
import {
	assertFree,
	saveArchive,
	sendArchive,
} from "../transfer/save-archive.ts";
import {
	countDocuments,
	type Selection,
	select,
} from "../transfer/selection.ts";
import type { Call } from "./commands.ts";
import { type Copying, copying } from "./copying.ts";
import { several, size } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

/** `portico export` */
export async function exportStore(call: Call): Promise<number> {
	const selection = readSelection(call);
	const file = readFile(call);
	const overwrite = call.flags.has("force");
	if (file !== "-") assertFree(file, overwrite);
	return await copying(call, "No file was written.", async (tools) => {
		const { loaded, signal, progress } = tools;
		const { backend } = chooseStorage(loaded);
		const storage = await openBesideNobody(tools, backend);
		const { lines, figures } = await toLines(storage, selection, tools);
		let written = 0;
		const onBytes = (bytes: number) => {
			written = bytes;
			progress.update({ bytes });
		};
		if (file === "-")
			await sendArchive(lines, call.world.stdout, { signal, onBytes });
		else await saveArchive(lines, file, { signal, onBytes, overwrite });
		tools.say(
			`Exported ${several(figures.documents, "document")} of ${several(figures.collections, "collection")}${file === "-" ? "" : ` to ${file}`}, ${size(written)}.${selection.securities && selection.index === undefined ? SECRET : ""}`,
		);
		return 0;
	});
}

const SECRET =
	"\nIt holds the users, their password hashes, and the secret that signs tokens: keep it as you keep those.";

async function toLines(
	storage: Storage,
	selection: Selection,
	{ signal, progress }: Copying,
) {
	const options = { signal };
	const selected = await select(storage, selection, options);
	const { targets } = selected;
	const total = await countDocuments(storage, targets, selection, options);
	const figures = { collections: 0, documents: 0 };
	progress.begin("Exporting", total);
	const header = {
		version: packageVersion,
		createdAt: new Date().toISOString(),
		store: storage.backend,
		securities: selection.securities && selection.index === undefined,
	};
	const records = readStore(storage, selected, selection, options);
	const lines = toArchiveLines(header, records, (now) => {
		Object.assign(figures, now);
		progress.update({ documents: now.documents });
	});
	figures.collections = targets.length;
	return { lines, figures };
}

/** One process at a time works on an embedded store, and this one cannot be told to do two things. */
async function openBesideNobody(
	tools: Copying,
	backend: "sqlite" | "elasticsearch",
): Promise<Storage> {
	try {
		return await tools.open(backend, { mustExist: true });
	} catch (error) {
		if (!(error instanceof Error) || error.name !== "DataFolderInUseError")
			throw error;
		throw new Error(
			`${error.message} To export while it runs: portico backup FILE, then portico restore FILE --data OTHER, and export with --data OTHER.`,
			{ cause: error },
		);
	}
}

function readSelection(call: Call): Selection {
	const index = call.flags.get("index")?.[0];
	const collection = call.flags.get("collection")?.[0];
	if (collection !== undefined && index === undefined)
		throw new UsageError(
			"--collection needs the index that it is of: --index INDEX",
			call.command,
		);
	return {
		securities: !call.flags.has("without-securities"),
		index,
		collection,
	};
}

function readFile(call: Call): string {
	const { world } = call;
	const [file = "-"] = call.arguments;
	if (file === "-" && world.stdout.isTTY === true)
		throw new UsageError(
			"An archive is nothing to read on a terminal. Name a file, or send it on: portico export | …",
			call.command,
		);
	return file === "-" ? file : path.resolve(world.cwd, file);
}
