import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import stripJsonComments from "strip-json-comments";
import { isObject } from "../lib/json.ts";
import { requirePackage } from "../lib/require-package.ts";
import type { ConfigIssue } from "./config-error.ts";

/** Values from one place. */
export interface Source {
	/** As a person would call it: "file /etc/kuzzlerc", "environment variable kuzzle_server__port", "flag --port". */
	readonly name: string;
	/** True where every value is text, as in the environment. */
	readonly textOnly: boolean;
	/** A tree of keys; not yet checked in any way. */
	readonly values: unknown;
}

export interface Setting {
	/** "--port" */
	readonly flag: string;
	/** "server.port" */
	readonly path: string;
	readonly value: string;
}

export interface ConfigInputs {
	/** From the command line. */
	readonly flags?: {
		readonly configFile?: string | undefined;
		readonly settings?: readonly Setting[];
	};
	readonly env?: Readonly<Record<string, string | undefined>>;
	/** Where `.kuzzlerc` and `portico.config.json` are looked for. Without it, no file but `configFile` is read. */
	readonly cwd?: string;
	readonly home?: string;
	/** The folder of machine-wide configuration. */
	readonly etc?: string;
}

/** The sources in the order in which they apply: what comes later wins. Reads files, nothing else. */
export function gatherSources(inputs: ConfigInputs): {
	sources: Source[];
	issues: ConfigIssue[];
} {
	const issues: ConfigIssue[] = [];
	const files = listFiles(inputs).flatMap(({ file, needed }) => {
		const read = readSource(file, needed);
		if (read === null) return [];
		if ("values" in read) return [read];
		issues.push(read);
		return [];
	});
	const sources = [
		...files,
		...environment("kuzzle_", inputs.env ?? {}),
		...environment("portico_", inputs.env ?? {}),
		...(inputs.flags?.settings ?? []).map(fromSetting),
	];
	return { sources, issues };
}

interface ConfigFile {
	readonly file: string;
	/** Named by the caller, so that its absence is a mistake. */
	readonly needed: boolean;
}

/** The rc rules for the name kuzzle, least important first; then our own file; then the one named on the command line. */
function listFiles({
	cwd,
	home,
	etc = "/etc",
	flags,
}: ConfigInputs): ConfigFile[] {
	const files: string[] = [];
	if (cwd !== undefined)
		files.push(path.join(etc, "kuzzle", "config"), path.join(etc, "kuzzlerc"));
	if (cwd !== undefined && home !== undefined)
		files.push(
			path.join(home, ".config", "kuzzle", "config"),
			path.join(home, ".config", "kuzzle"),
			path.join(home, ".kuzzle", "config"),
			path.join(home, ".kuzzlerc"),
		);
	if (cwd !== undefined) {
		const nearest = findUpwards(cwd, ".kuzzlerc");
		if (nearest !== null) files.push(nearest);
		files.push(path.join(cwd, "portico.config.json"));
	}
	const found = [...new Set(files)].map((file) => ({ file, needed: false }));
	const named = flags?.configFile;
	return named === undefined
		? found
		: [...found, { file: path.resolve(cwd ?? ".", named), needed: true }];
}

function findUpwards(folder: string, name: string): string | null {
	const file = path.join(folder, name);
	if (isFile(file)) return file;
	const parent = path.dirname(folder);
	return parent === folder ? null : findUpwards(parent, name);
}

function isFile(file: string): boolean {
	return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Null where there is no such file. */
function readSource(
	file: string,
	needed: boolean,
): Source | ConfigIssue | null {
	const source = `file ${file}`;
	try {
		if (!needed && !isFile(file)) return null;
		return parseFile(source, readFileSync(file, "utf8"));
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
		if (!needed && (code === "ENOTDIR" || code === "ENOENT")) return null;
		return { key: null, source, expected: `a file that can be read (${code})` };
	}
}

/** As rc tells them apart: JSON begins with a brace, all else is INI. */
function parseFile(name: string, content: string): Source | ConfigIssue {
	const text = content.replace(/^\uFEFF/, "");
	const json = stripJsonComments(text, { trailingCommas: true });
	const looksLikeJson = json.trimStart().startsWith("{");
	if (!looksLikeJson && !name.endsWith(".json"))
		return { name, textOnly: true, values: parseIni(text) };
	try {
		const values: unknown = JSON.parse(json);
		if (isObject(values)) return { name, textOnly: false, values };
		return { key: null, source: name, expected: "an object of keys" };
	} catch (error) {
		// The parser's own message quotes the file, which may hold secrets.
		const at = /position (\d+)/.exec(String(error))?.[1];
		const line =
			at && ` (see line ${json.slice(0, Number(at)).split("\n").length})`;
		return {
			key: null,
			source: name,
			expected: `JSON, comments allowed${line ?? ""}`,
		};
	}
}

/** Few have such a file, so only they load its parser. */
function parseIni(text: string): unknown {
	const ini = requirePackage("ini") as typeof import("ini");
	return ini.parse(text);
}

function environment(
	prefix: string,
	env: Readonly<Record<string, string | undefined>>,
): Source[] {
	return Object.entries(env).flatMap(([variable, value]) =>
		variable.startsWith(prefix) && value !== undefined
			? [
					{
						name: `environment variable ${variable}`,
						textOnly: true,
						values: nest(variable.slice(prefix.length).split("__"), value),
					},
				]
			: [],
	);
}

function fromSetting({ flag, path, value }: Setting): Source {
	return {
		name: `flag ${flag}`,
		textOnly: true,
		values: nest(path.split("."), value),
	};
}

/** `["a", "b"], v` → `{a: {b: v}}`, without a prototype, so that no name has a meaning of its own. */
function nest(names: readonly string[], value: unknown): unknown {
	return names.reduceRight<unknown>((inner, name) => {
		const outer = Object.create(null) as Record<string, unknown>;
		outer[name] = inner;
		return outer;
	}, value);
}
