import { parseArgs } from "node:util";
import { didYouMean } from "../lib/did-you-mean.ts";
import { type Command, commands, type Flag, globalFlags } from "./commands.ts";
import { UsageError } from "./usage-error.ts";

export interface ParsedCall {
	/** Null when the words name a group of commands only, or nothing. */
	readonly command: Command | null;
	/** The words that name the command or the group. */
	readonly words: string;
	readonly flags: ReadonlyMap<string, readonly string[]>;
	readonly arguments: readonly string[];
}

/** Reads a command line. Throws a `UsageError` on what no command knows. */
export function parseCall(args: readonly string[]): ParsedCall {
	const words = leadingWords(args);
	const command = findCommand(words);
	if (command === null) return parseGroup(args, words);
	const flags = [...command.flags, ...globalFlags];
	const parsed = parseFlags(args, flags, command.name);
	const given = parsed.positionals.slice(command.name.split(" ").length);
	if (!parsed.flags.has("help")) checkArguments(command, given);
	return {
		command,
		words: command.name,
		flags: parsed.flags,
		arguments: given,
	};
}

/** No whole command: nothing, or a group such as `admin`, of which the help can be asked. */
function parseGroup(
	args: readonly string[],
	words: readonly string[],
): ParsedCall {
	const [first = "", second] = words;
	const isGroup = commands.some(({ name }) => name.startsWith(`${first} `));
	if (first !== "" && !isGroup) throw unknownCommand(first, "");
	if (second !== undefined) throw unknownCommand(`${first} ${second}`, first);
	const { flags } = parseFlags(args, globalFlags, first);
	return { command: null, words: first, flags, arguments: [] };
}

function unknownCommand(words: string, group: string): UsageError {
	const names = commands.map(({ name }) => name);
	return new UsageError(
		`There is no command "${words}".${hint(didYouMean(words, names))}`,
		group,
	);
}

function findCommand(words: readonly string[]): Command | null {
	const line = `${words.join(" ")} `;
	return commands.find(({ name }) => line.startsWith(`${name} `)) ?? null;
}

/** Words before the first flag that takes part in a command; global flags may stand before it. */
function leadingWords(args: readonly string[]): string[] {
	const start = args.findIndex((arg) => !isGlobalFlag(arg));
	if (start === -1) return [];
	const rest = args.slice(start);
	const end = rest.findIndex((arg) => arg.startsWith("-"));
	return end === -1 ? rest : rest.slice(0, end);
}

function isGlobalFlag(arg: string): boolean {
	return arg in SHORT || globalFlags.some(({ name }) => arg === `--${name}`);
}

const SHORT: Readonly<Record<string, string>> = {
	"-h": "help",
	"-v": "version",
};

function parseFlags(
	args: readonly string[],
	flags: readonly Flag[],
	command: string,
) {
	const { tokens, positionals } = parseArgs({
		args: args.map((arg) =>
			Object.hasOwn(SHORT, arg) ? `--${SHORT[arg]}` : arg,
		),
		options: Object.fromEntries(
			flags.map(({ name, value }) => [
				name,
				{
					type:
						value === undefined ? ("boolean" as const) : ("string" as const),
				},
			]),
		),
		allowPositionals: true,
		strict: false,
		tokens: true,
	});
	const given = new Map<string, readonly string[]>();
	for (const token of tokens) {
		if (token.kind !== "option") continue;
		const flag = flags.find(({ name }) => name === token.name);
		if (flag === undefined) throw unknownFlag(token.rawName, flags, command);
		const value = readValue(flag, token, command);
		const before = given.get(flag.name) ?? [];
		given.set(flag.name, flag.repeats === true ? [...before, value] : [value]);
	}
	return { flags: given, positionals };
}

function readValue(
	flag: Flag,
	token: { value: string | undefined; inlineValue: boolean | undefined },
	command: string,
): string {
	const { value, inlineValue } = token;
	if (flag.value === undefined) {
		if (value === undefined) return "true";
		throw new UsageError(`--${flag.name} takes no value.`, command);
	}
	const swallowed =
		inlineValue !== true && value?.startsWith("-") === true && value !== "-";
	if (value === undefined || value === "" || swallowed)
		throw new UsageError(
			`--${flag.name} needs a value: --${flag.name} ${flag.value}`,
			command,
		);
	return value;
}

function unknownFlag(
	rawName: string,
	flags: readonly Flag[],
	command: string,
): UsageError {
	if (/^--?pass(word)?$/.test(rawName))
		return new UsageError(
			`There is no flag ${rawName}: a password is never an argument. Use the prompt, --password-file or PORTICO_ADMIN_PASSWORD.`,
			command,
		);
	const owner = commands.find((known) =>
		known.flags.some(({ name }) => `--${name}` === rawName),
	);
	if (command === "" && owner !== undefined)
		return new UsageError(
			`${rawName} stands after the command: portico ${owner.name} ${rawName}`,
		);
	const meant = didYouMean(
		rawName,
		flags.map(({ name }) => `--${name}`),
	);
	return new UsageError(`There is no flag ${rawName}.${hint(meant)}`, command);
}

function checkArguments(command: Command, given: readonly string[]): void {
	const extra = given[command.arguments.length];
	if (extra !== undefined)
		throw new UsageError(`"${extra}" is one word too many.`, command.name);
	const missing = command.arguments[given.length];
	if (missing !== undefined && !missing.startsWith("["))
		throw new UsageError(
			`${missing} is missing: portico ${command.name} ${command.arguments.join(" ")}`,
			command.name,
		);
}

function hint(meant: string | undefined): string {
	return meant === undefined ? "" : ` Did you mean ${meant}?`;
}
