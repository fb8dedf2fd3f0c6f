import { requirePackage } from "./require-package.ts";

const ms = requirePackage("ms") as (text: string) => number | undefined;

/** The `ms` package throws on longer ones. */
const CHARACTERS_MAX = 100;

/** Text such as "6d", "10h" or "-1" in milliseconds; NaN where it cannot be read. */
export function parseDuration(text: string): number {
	if (text === "" || text.length > CHARACTERS_MAX) return Number.NaN;
	return ms(text) ?? Number.NaN;
}
