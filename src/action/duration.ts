import { createError } from "../errors/gateway-error.ts";
import { parseDuration } from "../lib/parse-duration.ts";
import type { Arg } from "./args.ts";

/** What `expiresIn` may say: a number of milliseconds, -1 for ever, or undefined when left out. */
export type Lifetime = number | undefined;

const EXPECTED =
	'a positive whole number of milliseconds, a duration such as "6d" or "10h", or -1';

/**
 * `expiresIn` of an API key: a raw number is milliseconds; text goes through the `ms` package ("6d", "10h"); -1, also as
 * text, never expires; absent, null, false and empty text mean the default. Zero, other negatives, fractions and what
 * cannot be read are refused: they make a key that nobody meant to make (Kuzzle takes some of them, see docs/compatibility.md).
 */
export function lifetime(description: string, fallback: string): Arg<Lifetime> {
	return lifetimeArg(description, fallback, (value) => {
		const duration = parseLifetime(value);
		return duration === -1 || (duration > 0 && Number.isSafeInteger(duration))
			? duration
			: Number.NaN;
	});
}

/**
 * `expiresIn` of a login token, as Kuzzle reads it: the number 0 also means the default, and other numbers are taken as they
 * are (a negative one makes a token that has already expired).
 */
export function tokenLifetime(
	description: string,
	fallback: string,
): Arg<Lifetime> {
	return lifetimeArg(description, fallback, (value) => {
		if (value === 0) return undefined;
		const duration = parseLifetime(value);
		return duration === 0 ? Number.NaN : duration;
	});
}

/** Dates end there (ECMAScript §21.4.1.1); a longer life is a mistake, and its end could not be written down. */
const LIFETIME_MS_MAX = 8_640_000_000_000_000 / 2;

/** Milliseconds, -1 for ever, or NaN when it says neither. Also reads the durations of the configuration. */
export function parseLifetime(value: unknown): number {
	if (typeof value === "number") return value;
	return typeof value === "string" ? parseDuration(value) : Number.NaN;
}

function lifetimeArg(
	description: string,
	fallback: string,
	parse: (value: unknown) => Lifetime,
): Arg<Lifetime> {
	const isDuration = Number.isFinite(parseLifetime(fallback));
	const meaning = `${description} Milliseconds, or text such as "6d" or "10h"; -1 never.`;
	return {
		place: "query",
		required: false,
		schema: {
			type: "string",
			// A generated form offers the default as a value: it must not be the name of a configuration key.
			...(isDuration
				? { description: meaning, default: fallback }
				: {
						description: `${meaning} Default: the configured \`${fallback}\`.`,
					}),
		},
		read(value, name) {
			if (
				value === undefined ||
				value === null ||
				value === "" ||
				value === false
			) {
				return undefined;
			}
			const duration = parse(value);
			if (duration !== undefined && !(Math.abs(duration) <= LIFETIME_MS_MAX)) {
				throw createError("api.assert.invalid_argument", name, EXPECTED);
			}
			return duration;
		},
	};
}
