import { isDeepStrictEqual } from "node:util";
import type { CallOptions, Storage, Target } from "../storage/storage.ts";
import { nameOf } from "./records.ts";
import { countDocuments, type Selected, type Selection } from "./selection.ts";

const PAGE_SIZE = 500;
/** Of so many documents one is compared, and the others are only counted, when a sample is asked for. */
const SAMPLE_OF = 20;
/** Findings that are told one by one. */
const FINDINGS_MAX = 20;

export type Thoroughness = "full" | "sample";

export interface Comparison {
	readonly compared: number;
	/** What differs, for a person; empty where nothing does. */
	readonly findings: readonly string[];
}

/** Whether the second store holds what the first does: the same number of documents in each collection, with the same contents. */
export async function compareStores(
	source: Storage,
	copy: Storage,
	selected: Selected,
	options: CallOptions & {
		readonly thoroughness: Thoroughness;
		readonly onProgress?: (documents: number) => void;
	},
): Promise<Comparison> {
	const findings: string[] = [];
	let compared = 0;
	for (const target of selected.targets) {
		await assertCounts(source, copy, target, findings, options);
		const request = { query: MATCH_ALL, pageSize: PAGE_SIZE };
		for await (const page of source.scan([target], request, options)) {
			const some =
				options.thoroughness === "full"
					? page
					: page.filter((_, position) => position % SAMPLE_OF === 0);
			const ids = some.map(({ id }) => id);
			const copies = await copy.mGet(target, ids, options);
			for (const [position, { id, content }] of some.entries())
				if (!isDeepStrictEqual(copies[position]?.content, content))
					findings.push(`The document "${id}" of ${nameOf(target)} differs.`);
			compared += some.length;
			options.onProgress?.(compared);
			if (findings.length >= FINDINGS_MAX) return { compared, findings };
		}
	}
	return { compared, findings };
}

const MATCH_ALL = { kind: "match_all" } as const;
const EVERYTHING: Selection = { securities: true };

async function assertCounts(
	source: Storage,
	copy: Storage,
	target: Target,
	findings: string[],
	options: CallOptions,
): Promise<void> {
	const before = await countDocuments(source, [target], EVERYTHING, options);
	const after = await countDocuments(copy, [target], EVERYTHING, options);
	if (before !== after)
		findings.push(
			`${nameOf(target)} has ${before} documents, its copy ${after}.`,
		);
}
