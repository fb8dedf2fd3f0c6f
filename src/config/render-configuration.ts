import { isKey, type Key, type KeyGroup, type KeyStatus } from "./key.ts";
import { keys } from "./keys.ts";

/** docs/configuration.md, from the table of keys. */
export function renderConfiguration(): string {
	const rows = listRows(keys, "");
	const sections = Object.keys(keys).flatMap((name) => {
		const own = rows.filter(
			({ path, key }) => path.split(".")[0] === name && isRead(key),
		);
		return own.length === 0 ? [] : [`## ${name}`, "", renderTable(own), ""];
	});
	const unread = rows.filter(({ key }) => !isRead(key));
	return [
		INTRODUCTION,
		...sections,
		NOT_READ,
		"| key | |",
		"| --- | --- |",
		...unread.map(
			({ path, key }) =>
				`| \`${path}\` | ${`${STATUS[key.status]} ${cell(key.doc)}`.trim()} |`,
		),
		"",
	].join("\n");
}

interface Row {
	readonly path: string;
	readonly key: Key<unknown>;
}

const STATUS: Readonly<Record<KeyStatus, string>> = {
	honoured: "",
	own: "(Portico's own)",
	notYet: "Not yet:",
	inert: "",
};

const INTRODUCTION = `# Configuration

<!-- Made by \`npm run docs\` from src/config/keys.ts: edit that. -->

Nothing needs to be configured to begin. \`portico config\` prints the configuration in force, with secrets masked.

## Where values come from

What stands later wins, key by key:

1. the defaults below;
2. \`.kuzzlerc\`, as Kuzzle finds it: \`/etc/kuzzle/config\`, \`/etc/kuzzlerc\`, \`~/.config/kuzzle/config\`, \`~/.config/kuzzle\`, \`~/.kuzzle/config\`, \`~/.kuzzlerc\`, then the nearest \`.kuzzlerc\` from the current directory upwards. JSON with comments, or INI;
3. \`portico.config.json\` in the current directory (JSON with comments), then the file of \`--config\`;
4. the environment: \`kuzzle_\` and the path of the key joined by two underscores, such as \`kuzzle_server__port=8000\`. \`portico_server__port\` says the same, and wins when both are there. Case matters;
5. the command line: \`--port\`, \`--host\` and the others of \`portico start --help\`, and \`--set server.port=8000\` for any key.

Values of the environment, of INI and of \`--set\` are text: \`true\`, \`false\` and numbers are understood, and \`*json:\` before a value means JSON, as in \`kuzzle_server__trustedProxies='*json:["10.0.0.0/8"]'\`.

A wrong value stops the start; all of them are named at once. An unknown key, and a key of Kuzzle's that is not honoured yet, is warned of by name.

Sizes may be written as \`"1MB"\` (units count in 1024s), times where a text is allowed as \`"1h"\` or \`"6d"\`.
`;

const NOT_READ = `## Keys of Kuzzle that are not read

They may stay in a configuration: setting one gives a warning and nothing else.
`;

function renderTable(rows: readonly Row[]): string {
	return [
		"| key | default | accepts | |",
		"| --- | --- | --- | --- |",
		...rows.map(({ path, key }) =>
			[
				"",
				`\`${path}\``,
				code(key.default),
				cell(key.expects),
				[cell(key.doc), STATUS[key.status]].join(" ").trimEnd(),
				"",
			]
				.join(" | ")
				.trim(),
		),
	].join("\n");
}

function listRows(group: KeyGroup, above: string): Row[] {
	return Object.entries(group).flatMap(([name, node]) => {
		const path = `${above}${name === "*" ? "<name>" : name}`;
		return isKey(node) ? [{ path, key: node }] : listRows(node, `${path}.`);
	});
}

function isRead(key: Key<unknown>): boolean {
	return key.status === "honoured" || key.status === "own";
}

function code(value: unknown): string {
	const json = JSON.stringify(value);
	return json.length > 300
		? "[see the source](../src/config/)"
		: `\`${json.replaceAll("|", "\\|")}\``;
}

function cell(text: string): string {
	return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
