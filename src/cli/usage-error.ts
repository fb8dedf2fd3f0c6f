/** The command line is wrong: one line says how, another where to read on; the exit status is 2. */
export class UsageError extends Error {
	/** The command whose help to read; empty for that of all commands. */
	readonly command: string;

	constructor(message: string, command = "") {
		super(message);
		this.name = "UsageError";
		this.command = command;
	}
}
