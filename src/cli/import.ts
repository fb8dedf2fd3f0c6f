import { createReadStream, existsSync } from "node:fs";
import path from "node:path";
import { addAbortSignal, type Readable, Transform } from "node:stream";
import { chooseStorage } from "../config.ts";
import { readArchive, verifyArchive } from "../transfer/read-archive.ts";
import {
	type OnConflict,
	type WriteFigures,
	writeStore,
} from "../transfer/write-store.ts";
import type { Call } from "./commands.ts";
import { type Copying, copying } from "./copying.ts";
import { count, several } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

const AFTER_STOP =
	"What was imported so far is there. Run the same command again: it goes on with what is missing.";

/** `portico import` */
export async function importStore(call: Call): Promise<number> {
	const onConflict = readPolicy(call);
	const { world } = call;
	const [given = "-"] = call.arguments;
	const file = given === "-" ? null : path.resolve(world.cwd, given);
	if (file !== null && !existsSync(file))
		throw new Error(`There is no file ${file}.`);
	return await copying(call, AFTER_STOP, async (tools) => {
		const { signal, progress } = tools;
		// A file can be read twice: nothing is written from one that is not whole.
		const total =
			file === null ? undefined : await verify(createReadStream(file), tools);
		const source = file === null ? world.stdin : createReadStream(file);
		progress.begin("Importing", total);
		const { backend } = chooseStorage(tools.loaded);
		const storage = await tools.open(backend, { mustExist: false });
		const records = readArchive(counted(source, tools));
		const figures = await writeStore(storage, records, {
			onConflict,
			signal,
			onProgress: (documents) => progress.update({ documents }),
		});
		tools.say(describeFigures("Imported", figures));
		return 0;
	});
}

/** Answers how many documents the archive holds. */
async function verify(source: Readable, tools: Copying): Promise<number> {
	tools.progress.begin("Checking the archive");
	return (await verifyArchive(addAbortSignal(tools.signal, source))).documents;
}

function counted(source: Readable, { signal, progress }: Copying): Readable {
	let bytes = 0;
	const counter = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			bytes += chunk.length;
			progress.update({ bytes });
			done(null, chunk);
		},
	});
	addAbortSignal(signal, source);
	source.on("error", (error) => counter.destroy(error));
	return source.pipe(counter);
}

export function describeFigures(verb: string, figures: WriteFigures): string {
	const { written, collections, equal, skipped } = figures;
	const others = [
		...(equal === 0 ? [] : [`${count(equal)} were there already`]),
		...(skipped === 0
			? []
			: [`${count(skipped)} were left as they were there`]),
	];
	const sentence = `${verb} ${several(written, "document")} into ${several(collections, "collection")}`;
	return `${[sentence, ...others].join("; ")}.`;
}

function readPolicy(call: Call): OnConflict {
	const policy = call.flags.get("on-conflict")?.[0] ?? "fail";
	if (policy === "fail" || policy === "skip" || policy === "replace")
		return policy;
	throw new UsageError(
		`--on-conflict is fail, skip or replace, not "${policy}".`,
		call.command,
	);
}
