import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../src/lib/package-root.ts";

/** One file of the repository, and what it names of other files and packages. */
export interface Source {
	/** From the root, with slashes. */
	readonly file: string;
	readonly text: string;
	/** Files of ours that it imports, its types included. */
	readonly files: readonly string[];
	/** Those of them that are loaded when it is. */
	readonly loads: readonly string[];
	/** Packages, without what of them: `@elastic/elasticsearch`, `ws`. Those of Node are left out. */
	readonly packages: readonly string[];
}

/** The TypeScript files below these folders. */
export function readSources(...folders: readonly string[]): Source[] {
	return listFiles(...folders)
		.filter((file) => file.endsWith(".ts"))
		.map((file) => {
			const text = readText(file);
			const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
			const names = [
				...find(code, [LOADING, ...NAMING]),
				...find(code, [THREADS]).map((name) => `./${name}.ts`),
			];
			const toFiles = (found: readonly string[]) =>
				found
					.filter((name) => name.startsWith("."))
					.map((name) => path.posix.join(path.posix.dirname(file), name));
			return {
				file,
				text,
				files: toFiles(names),
				loads: toFiles(find(code, [LOADING])),
				packages: names
					.filter((name) => !name.startsWith(".") && !name.startsWith("node:"))
					.map(toPackage),
			};
		});
}

export function listFiles(...folders: readonly string[]): string[] {
	return folders.flatMap((folder) =>
		readdirSync(path.join(packageRoot, folder), {
			recursive: true,
			withFileTypes: true,
		})
			.filter((entry) => entry.isFile())
			.map((entry) => path.join(entry.parentPath, entry.name))
			.map((file) =>
				path.relative(packageRoot, file).replaceAll(path.sep, "/"),
			),
	);
}

export function readText(file: string): string {
	return readFileSync(path.join(packageRoot, file), "utf8");
}

/** Imports and exports of others' exports that are there when the program runs. */
const LOADING =
	/^(?:import|export)\s(?!type\s)(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
/** Types, and what is loaded when it is needed. */
const NAMING = [
	/^(?:import|export)\s+type\s[^"';]*?\sfrom\s+"([^"]+)"/gm,
	/\bimport\(\s*"([^"]+)"/g,
	/\brequirePackage(?:<[^(]*>)?\(\s*"([^"]+)"/g,
];
/** Modules that run in a thread of their own, named without their extension (`src/sqlite/program.ts`). */
const THREADS = /\bmoduleUrl\("([^"]+)"/g;

function find(code: string, forms: readonly RegExp[]): string[] {
	return forms.flatMap((form) =>
		[...code.matchAll(form)].map(([, name = ""]) => name),
	);
}

function toPackage(name: string): string {
	const parts = name.split("/");
	return parts.slice(0, name.startsWith("@") ? 2 : 1).join("/");
}
