import { packageVersion } from "../lib/package-root.ts";
import { renderCommandHelp, renderHelp } from "./help.ts";
import { parseCall } from "./parse-call.ts";
import { UsageError } from "./usage-error.ts";
import type { World } from "./world.ts";

/** Runs one command line. Answers the exit status: 0 done, 1 failed, 2 the command line is wrong. */
export async function run(
	args: readonly string[],
	world: World,
): Promise<number> {
	try {
		return await dispatch(args, world);
	} catch (error) {
		if (error instanceof UsageError) return refuse(error, world);
		const { explainError } = await import("./explain-error.ts");
		world.stderr.write(
			`${explainError(error, { debug: args.includes("--debug") })}\n`,
		);
		return 1;
	}
}

async function dispatch(
	args: readonly string[],
	world: World,
): Promise<number> {
	const { command, words, flags, arguments: given } = parseCall(args);
	if (flags.has("version")) {
		world.stdout.write(`portico ${packageVersion}\n`);
		return 0;
	}
	if (command === null) {
		const asked = flags.has("help");
		(asked ? world.stdout : world.stderr).write(renderHelp(words));
		return asked ? 0 : 2;
	}
	if (flags.has("help")) {
		world.stdout.write(renderCommandHelp(command));
		return 0;
	}
	return await command.run({
		command: command.name,
		flags,
		arguments: given,
		world,
	});
}

function refuse(error: UsageError, world: World): number {
	const page = ["portico", error.command, "--help"].filter(
		(word) => word !== "",
	);
	world.stderr.write(`${error.message}\nSee: ${page.join(" ")}\n`);
	return 2;
}
