import { type Command, commands, type Flag, globalFlags } from "./commands.ts";

/** The page of one command. */
export function renderCommandHelp(command: Command): string {
	const words = [command.name, ...command.arguments].join(" ");
	const details = command.details === undefined ? [] : ["", command.details];
	return [
		`Usage: portico ${words} [flags]`,
		"",
		command.summary,
		...details,
		"",
		"Flags:",
		...renderFlags([...command.flags, ...globalFlags]),
		"",
	].join("\n");
}

/** The page of all commands, or of those whose name begins with that word. */
export function renderHelp(group = ""): string {
	const listed = commands.filter(({ name }) => name.startsWith(group));
	const usages = listed.map((command): [string, string] => [
		["portico", command.name, ...command.arguments].join(" "),
		command.summary,
	]);
	return [
		"Portico, a Kuzzle-compatible gateway.",
		"",
		"Usage:",
		...renderColumns(usages),
		"",
		"Flags:",
		...renderFlags(globalFlags),
		"",
		"`portico <command> --help` tells more of one command.",
		"",
	].join("\n");
}

function renderFlags(flags: readonly Flag[]): string[] {
	return renderColumns(
		flags.map(({ name, value, doc }): [string, string] => [
			value === undefined ? `--${name}` : `--${name} ${value}`,
			doc,
		]),
	);
}

function renderColumns(rows: readonly (readonly [string, string])[]): string[] {
	const width = Math.max(...rows.map(([left]) => left.length));
	return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
