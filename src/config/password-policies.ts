import { isObject } from "../lib/json.ts";
import { parseDuration } from "../lib/parse-duration.ts";

/** One password policy of the local strategy, in the shape in which Kuzzle's plugin is configured. */
export interface PasswordPolicy {
	/** Everybody, or who is listed, holds a listed profile, or a listed role through any profile. */
	readonly appliesTo: "*" | PolicyHolders;
	/** Age at which a password no longer logs in: milliseconds, or text such as "30d". */
	readonly expiresAfter?: string | number;
	readonly forbidLoginInPassword?: boolean;
	/** How many former passwords are kept, and may not be taken again. */
	readonly forbidReusedPasswordCount?: number;
	readonly mustChangePasswordIfSetByAdmin?: boolean;
	/** Source of a regular expression that a new password must match. */
	readonly passwordRegex?: string;
}

export interface PolicyHolders {
	readonly users?: readonly string[];
	readonly profiles?: readonly string[];
	readonly roles?: readonly string[];
}

/** Each former password costs a hash when a new one is set. */
const REUSED_COUNT_MAX = 50;

export const passwordPoliciesExpected = `a list of { appliesTo: "*" or { users, profiles, roles }, expiresAfter?, forbidLoginInPassword?, forbidReusedPasswordCount? (at most ${REUSED_COUNT_MAX}), mustChangePasswordIfSetByAdmin?, passwordRegex? }`;

/** Undefined for what is no list of policies. An unknown key is refused: a policy with a slip of the pen would protect nobody. */
export function readPasswordPolicies(
	value: unknown,
): readonly PasswordPolicy[] | undefined {
	if (!Array.isArray(value)) return undefined;
	return value.every(isPolicy) ? (value as PasswordPolicy[]) : undefined;
}

const checks: Readonly<Record<string, (value: unknown) => boolean>> = {
	appliesTo: (value) => value === "*" || isHolders(value),
	expiresAfter: isAge,
	forbidLoginInPassword: isFlag,
	forbidReusedPasswordCount: (value) =>
		Number.isSafeInteger(value) &&
		(value as number) >= 0 &&
		(value as number) <= REUSED_COUNT_MAX,
	mustChangePasswordIfSetByAdmin: isFlag,
	passwordRegex: isRegExpSource,
};

function isPolicy(value: unknown): boolean {
	if (!isObject(value) || value.appliesTo === undefined) return false;
	return Object.entries(value).every(
		([name, member]) =>
			Object.hasOwn(checks, name) && checks[name]?.(member) === true,
	);
}

function isHolders(value: unknown): boolean {
	if (!isObject(value)) return false;
	const lists = Object.entries(value);
	return (
		lists.length > 0 &&
		lists.every(
			([name, ids]) =>
				["users", "profiles", "roles"].includes(name) &&
				Array.isArray(ids) &&
				ids.every((id) => typeof id === "string"),
		)
	);
}

function isFlag(value: unknown): boolean {
	return typeof value === "boolean";
}

function isAge(value: unknown): boolean {
	if (typeof value === "number")
		return Number.isSafeInteger(value) && value > 0;
	return typeof value === "string" && parseDuration(value) >= 1;
}

function isRegExpSource(value: unknown): boolean {
	if (typeof value !== "string") return false;
	try {
		new RegExp(value);
		return true;
	} catch {
		return false;
	}
}
