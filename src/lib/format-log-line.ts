/** A JSON log line as a person reads it: `12:03:04.123 WARN  message key=value`, errors with their stack below. */
export function formatLogLine(line: string): string {
	const entry = parse(line);
	if (entry === null) return line;
	const { time, level, msg, ...fields } = entry;
	const shown = String(level).toUpperCase().padEnd(5);
	const head = `${localTime(String(time))} ${colour(String(level), shown)} ${printable(String(msg ?? ""))}`;
	const pairs = Object.entries(fields).filter(([, value]) => !hasStack(value));
	const stacks = Object.values(fields).filter(hasStack);
	return [
		[head, ...pairs.map(([name, value]) => `${name}=${toText(value)}`)].join(
			" ",
		),
		...stacks.map(({ stack }) =>
			printable(stack, "\n").replaceAll(/^/gm, "    "),
		),
		"",
	].join("\n");
}

const COLOURS: Readonly<Record<string, string>> = {
	debug: "90",
	info: "36",
	warn: "33",
	error: "31",
};

function parse(line: string): Record<string, unknown> | null {
	try {
		return JSON.parse(line) as Record<string, unknown>;
	} catch {
		return null;
	}
}

function colour(level: string, text: string): string {
	const code = COLOURS[level];
	return code === undefined ? text : `\u001b[${code}m${text}\u001b[0m`;
}

function localTime(iso: string): string {
	const date = new Date(iso);
	if (Number.isNaN(date.getTime())) return iso;
	const two = (part: number) => String(part).padStart(2, "0");
	const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(
		two,
	);
	return `${clock.join(":")}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

function toText(value: unknown): string {
	if (typeof value !== "string") return printable(JSON.stringify(value));
	return /^[\w./:@#-]+$/.test(value) ? value : printable(JSON.stringify(value));
}

/** What a client sent may stand in a line: control characters must not reach a terminal as commands. */
function printable(text: string, keep = ""): string {
	return [...text]
		.map((character) => {
			const code = character.codePointAt(0) ?? 0;
			const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
			return control && !keep.includes(character)
				? `\\x${code.toString(16).padStart(2, "0")}`
				: character;
		})
		.join("");
}

function hasStack(value: unknown): value is { stack: string } {
	return (
		typeof value === "object" &&
		value !== null &&
		"stack" in value &&
		typeof value.stack === "string"
	);
}
