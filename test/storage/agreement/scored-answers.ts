import type { Answer } from "./two-stores.ts";

/** Scores that differ by less than this part are the same: Elasticsearch reckons with half as many digits. */
const TOLERANCE = 0.01;

/** What is not the same in two answers, in words; undefined where nothing is. */
export function difference(ours: Answer, theirs: Answer): string | undefined {
	if ("refused" in ours || "refused" in theirs) {
		const [a, b] = [ours, theirs].map((answer) =>
			"refused" in answer ? `${answer.refused} ${answer.reason}` : "found",
		);
		return "refused" in ours && "refused" in theirs
			? undefined
			: `  SQLite: ${a}\n  Elasticsearch: ${b}`;
	}
	const [a, b] = [ours, theirs].map(({ ids }) => ids.join(" "));
	if (a !== b || ours.total !== theirs.total)
		return `  SQLite: ${ours.total} ${a}\n  Elasticsearch: ${theirs.total} ${b}`;
	const scores = ours.ids.filter(
		(id) => !isClose(ours.scores.get(id), theirs.scores.get(id)),
	);
	return scores.length === 0
		? undefined
		: scores
				.map(
					(id) =>
						`  ${id} SQLite: ${ours.scores.get(id)} Elasticsearch: ${theirs.scores.get(id)}`,
				)
				.join("\n");
}

function isClose(
	ours: number | null | undefined,
	theirs: number | null | undefined,
): boolean {
	if (typeof ours !== "number" || typeof theirs !== "number")
		return ours === theirs;
	return Math.abs(ours - theirs) <= TOLERANCE * Math.abs(theirs);
}
