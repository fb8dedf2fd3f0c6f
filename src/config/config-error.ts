import { isSecretName, MASK, maskValue } from "../lib/mask-secrets.ts";

/** One thing that is wrong in the configuration. */
export interface ConfigIssue {
	/** Dotted path; null when a whole source is at fault. */
	readonly key: string | null;
	/** What was given, as JSON, secrets masked, cut when long; absent where it cannot be shown. */
	readonly value?: string;
	/** Ends the sentence "expected …". */
	readonly expected: string;
	/** Where it was given: "environment variable kuzzle_server__port". */
	readonly source: string;
}

/** The configuration cannot be used. Names every wrong value at once, one per line. */
export class ConfigError extends Error {
	readonly issues: readonly ConfigIssue[];

	constructor(issues: readonly ConfigIssue[]) {
		const count =
			issues.length === 1 ? "one mistake" : `${issues.length} mistakes`;
		super(
			[`The configuration has ${count}:`, ...issues.map(toLine)].join("\n  "),
		);
		this.name = "ConfigError";
		this.issues = issues;
	}
}

/** A value as an issue shows it. */
export function showValue(path: string, value: unknown): string {
	const name = path.slice(path.lastIndexOf(".") + 1);
	const secret = isSecretName(name) && value !== null;
	const shown = JSON.stringify(secret ? MASK : maskValue(value));
	return shown.length > SHOWN_LENGTH_MAX
		? `${shown.slice(0, SHOWN_LENGTH_MAX)}…`
		: shown;
}

const SHOWN_LENGTH_MAX = 80;

function toLine({ key, value, expected, source }: ConfigIssue): string {
	if (key === null) return `${source}: expected ${expected}`;
	const given = value === undefined ? "" : ` = ${value}`;
	return `${key}${given} (${source}): expected ${expected}`;
}
