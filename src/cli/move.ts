import type { Storage } from "../storage/storage.ts";
import { type Comparison, compareStores } from "../transfer/compare-stores.ts";
import { readStore } from "../transfer/read-store.ts";
import {
	countDocuments,
	type Selected,
	type Selection,
	select,
} from "../transfer/selection.ts";
import { writeStore } from "../transfer/write-store.ts";
import type { Call } from "./commands.ts";
import { type Copying, copying } from "./copying.ts";
import { describeFigures } from "./import.ts";
import { several } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

const AFTER_STOP =
	"The source is untouched, and what was moved so far is there. Run the same command again: it goes on with what is missing.";
const EVERYTHING: Selection = { securities: true };

/** `portico move` */
export async function move(call: Call): Promise<number> {
	const from = readBackend(call, "from");
	const to = readBackend(call, "to");
	const thoroughness = readThoroughness(call);
	if (from === to)
		throw new UsageError(
			"--from and --to name the same store. Between two of a kind: portico export and portico import",
			call.command,
		);
	return await copying(call, AFTER_STOP, async (tools) => {
		const { signal, progress } = tools;
		const source = await tools.open(from, { mustExist: true });
		const target = await tools.open(to, { mustExist: false });
		const selected = await select(source, EVERYTHING, { signal });
		if (selected.targets.length === 0 && selected.emptyIndexes.length === 0)
			throw new Error(`The ${from} store is empty: there is nothing to move.`);
		const total = await copy(source, target, selected, tools);
		progress.begin("Comparing", total);
		const comparison = await compareStores(source, target, selected, {
			signal,
			thoroughness,
			onProgress: (documents) => progress.update({ documents }),
		});
		return conclude(comparison, { to, tools });
	});
}

/** Answers how many documents there are. */
async function copy(
	source: Storage,
	target: Storage,
	selected: Selected,
	{ signal, progress, say }: Copying,
): Promise<number> {
	const { targets } = selected;
	const options = { signal };
	const total = await countDocuments(source, targets, EVERYTHING, options);
	progress.begin("Moving", total);
	const records = readStore(source, selected, EVERYTHING, options);
	const figures = await writeStore(target, records, {
		onConflict: "fail",
		signal,
		onProgress: (documents) => progress.update({ documents }),
	});
	say(describeFigures("Moved", figures));
	return total;
}

function conclude(
	{ compared, findings }: Comparison,
	{ to, tools }: { readonly to: string; readonly tools: Copying },
): number {
	if (findings.length > 0) {
		tools.say(
			`The two stores differ. Was one of them written to meanwhile? Stop every server, and run the same command again.\n${findings.map((finding) => `  ${finding}`).join("\n")}`,
		);
		return 1;
	}
	tools.say(
		`Compared ${several(compared, "document")}: all are equal. The source was not touched. Start the server on the other store now: portico start --set services.storageEngine.backend=${to}`,
	);
	return 0;
}

function readBackend(
	call: Call,
	flag: "from" | "to",
): "sqlite" | "elasticsearch" {
	const name = call.flags.get(flag)?.[0];
	if (name === "sqlite" || name === "elasticsearch") return name;
	throw new UsageError(
		`--${flag} is sqlite or elasticsearch${name === undefined ? ", and is missing" : `, not "${name}"`}.`,
		call.command,
	);
}

function readThoroughness(call: Call): "full" | "sample" {
	const name = call.flags.get("verify")?.[0] ?? "full";
	if (name === "full" || name === "sample") return name;
	throw new UsageError(
		`--verify is full or sample, not "${name}".`,
		call.command,
	);
}
