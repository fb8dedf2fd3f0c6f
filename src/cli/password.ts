import { readFileSync } from "node:fs";
import path from "node:path";
import type { Call } from "./commands.ts";
import { promptSecret } from "./prompt-secret.ts";
import { UsageError } from "./usage-error.ts";

const VARIABLE = "PORTICO_ADMIN_PASSWORD";

/**
 * The password from --password-file (without its last line end), else from the environment, else null: then
 * `askPassword` asks for it. Throws a UsageError where there is nobody to ask.
 */
export function readGivenPassword(call: Call): string | null {
	const file = call.flags.get("password-file")?.[0];
	if (file !== undefined) {
		const content = readPasswordFile(path.resolve(call.world.cwd, file));
		return demand(content.replace(/\r?\n$/, ""), `The file ${file}`);
	}
	const fromEnvironment = call.world.env[VARIABLE];
	if (fromEnvironment !== undefined) return demand(fromEnvironment, VARIABLE);
	if (call.world.stdin.isTTY) return null;
	throw new UsageError(
		`There is no password: give --password-file FILE or ${VARIABLE}, or run this on a terminal to be asked.`,
		call.command,
	);
}

/** Asks twice, without showing what is typed. */
export async function askPassword({ world }: Call): Promise<string> {
	const terminal = { input: world.stdin, output: world.stderr };
	const first = demand(
		await promptSecret("Password: ", terminal),
		"The password",
	);
	const second = await promptSecret("Again: ", terminal);
	if (first !== second)
		throw new Error("The two passwords differ. Nothing was changed.");
	return first;
}

function readPasswordFile(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch (cause) {
		const { code = "unknown error" } = cause as NodeJS.ErrnoException;
		throw new Error(`The password file ${file} cannot be read (${code}).`, {
			cause,
		});
	}
}

function demand(password: string, name: string): string {
	if (password === "")
		throw new Error(`${name} is empty. Nothing was changed.`);
	return password;
}
