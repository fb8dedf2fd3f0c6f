import { type CatalogueEntry, catalogue } from "./catalogue.ts";

/** The page `docs/errors.md`: every error a client can be told about, in Markdown. */
export function renderErrors(): string {
	const rows = Object.entries<CatalogueEntry>(catalogue)
		.sort(([, a], [, b]) => a.code - b.code)
		.map(([id, entry]) => renderRow(id, entry));
	return [
		"# Errors",
		"",
		"A failed request answers an object `error` with `id`, `code`, `status`, `message` and `props`. Test for the `id` or the `code`:",
		"they never change. The `message` is for people, and may change. `props` holds the values that the message names, in the order of",
		"the last column; some errors leave the last ones out.",
		"",
		"The ids, codes and classes are those of Kuzzle 2.56, with one class changed: `services.storage.not_connected` answers 503 here, not 500,",
		"since a store that is away is worth another try. The ids that begin with `portico` are our own, in the code domain `0x50`.",
		"",
		"This page is written by `npm run docs` from `src/errors/`; edit it there.",
		"",
		"| id | code | status | class | meaning | props |",
		"|---|---|---|---|---|---|",
		...rows,
		"",
	].join("\n");
}

function renderRow(id: string, entry: CatalogueEntry): string {
	const message = entry.message as (...params: string[]) => string;
	const names = parameterNames(message);
	const cells = [
		`\`${id}\``,
		`\`0x${entry.code.toString(16).padStart(8, "0")}\` ${entry.code}`,
		String(entry.status),
		entry.class,
		message(...names.map((name) => `‹${name}›`)),
		names.join(", "),
	];
	return `| ${cells.map(escapeCell).join(" | ")} |`;
}

/** Read from the function's own text: nothing else keeps the names at run time, and a second list could go stale. */
function parameterNames(message: (...params: string[]) => string): string[] {
	const list = /^\(([^)]*)\)\s*=>/.exec(message.toString())?.[1];
	if (list === undefined)
		throw new Error("A message must be an arrow function.");
	return list
		.split(",")
		.map((name) => name.trim())
		.filter((name) => name !== "");
}

function escapeCell(text: string): string {
	return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
