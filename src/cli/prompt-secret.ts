interface SecretTerminal {
	readonly input: NodeJS.ReadableStream & {
		setRawMode?(raw: boolean): unknown;
	};
	readonly output: { write(text: string): unknown };
}

/** Reads one line from a terminal without echo. Rejects when the person gives up with Ctrl-C or Ctrl-D. */
export function promptSecret(
	question: string,
	{ input, output }: SecretTerminal,
): Promise<string> {
	return new Promise((resolve, reject) => {
		let typed = "";
		const finish = (settle: () => void) => {
			input.off("data", onData);
			input.off("end", onEnd);
			input.setRawMode?.(false);
			input.pause();
			output.write("\n");
			settle();
		};
		const onEnd = () =>
			finish(() =>
				reject(new Error("No password was typed. Nothing was changed.")),
			);
		const onData = (chunk: string | Buffer) => {
			const characters = [...String(chunk)];
			for (const [index, character] of characters.entries()) {
				if (ENDS_LINE.has(character)) {
					const rest = characters.slice(index + 1).join("");
					finish(() => resolve(typed));
					// What was pasted beyond the line belongs to the next question.
					if (rest !== "") input.unshift(rest, "utf8");
					return;
				}
				if (GIVES_UP.has(character)) return onEnd();
				typed = ERASES.has(character)
					? [...typed].slice(0, -1).join("")
					: typed + character;
			}
		};
		output.write(question);
		input.setRawMode?.(true);
		input.setEncoding("utf8");
		input.on("data", onData);
		input.on("end", onEnd);
		input.resume();
	});
}

const ENDS_LINE = new Set(["\r", "\n"]);
/** Ctrl-C and Ctrl-D: without echo the terminal hands them over as characters. */
const GIVES_UP = new Set(["\u0003", "\u0004"]);
const ERASES = new Set(["\u0008", "\u007f"]);
