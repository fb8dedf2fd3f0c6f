import type {
	PasswordPolicy,
	PolicyHolders,
} from "../../config/password-policies.ts";
import { createError } from "../../errors/gateway-error.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import type { Log } from "../../lib/log.ts";
import { parseDuration } from "../../lib/parse-duration.ts";
import type { Passwords } from "../passwords.ts";
import { matchesInTime } from "./bounded-match.ts";

/** The profiles that a user holds, and the roles of these. Both are empty for a user whom nobody knows yet. */
export interface Membership {
	readonly profileIds: readonly string[];
	readonly roleIds: readonly string[];
}

export interface NewPassword {
	readonly kuid: string;
	readonly username: string;
	readonly password: string;
	/** The credentials that it replaces; null where there are none. */
	readonly stored: JsonObject | null;
}

export interface StoredPassword {
	readonly kuid: string;
	readonly stored: JsonObject;
}

/** The password policies, applied. Their errors are those of Kuzzle's plugin (`plugin.kuzzle-plugin-auth-passport-local.*`). */
export interface PasswordRules {
	/** Rejects with `login_in_password`, `weak_password` or `reused_password`. */
	assertNew(given: NewPassword, signal?: AbortSignal): Promise<void>;
	/** For a password that has just verified. Rejects with `expired_password` or `must_change_password`. */
	assertUsable(used: StoredPassword, signal?: AbortSignal): Promise<void>;
	/** How many former passwords are to be kept; null where no policy asks for any. */
	historyLength(kuid: string, signal?: AbortSignal): Promise<number | null>;
	/** Whether passwords expire at all, so that their age must outlive a change of the username. */
	readonly expire: boolean;
}

export interface PasswordRulesParts {
	readonly policies: readonly PasswordPolicy[];
	readonly membershipOf: (
		kuid: string,
		signal?: AbortSignal,
	) => Promise<Membership>;
	readonly passwords: Passwords;
	readonly now: () => number;
	readonly log: Log;
}

const ERRORS = "plugin.kuzzle-plugin-auth-passport-local";

export function createPasswordRules(parts: PasswordRulesParts): PasswordRules {
	const { policies, membershipOf, passwords, now, log } = parts;

	async function policiesOf(kuid: string, signal?: AbortSignal) {
		const everybodys = policies.every(({ appliesTo }) => appliesTo === "*");
		if (everybodys) return policies;
		const membership = await membershipOf(kuid, signal);
		return policies.filter(
			({ appliesTo }) =>
				appliesTo === "*" || isAmong(appliesTo, kuid, membership),
		);
	}

	async function isReused(
		{ password, stored }: NewPassword,
		signal?: AbortSignal,
	): Promise<boolean> {
		if (stored === null) return false;
		for (const record of [stored, ...historyOf(stored)]) {
			if (await passwords.verify(password, record, signal)) return true;
		}
		return false;
	}

	function assertMatches(source: string, password: string): void {
		const matches = matchesInTime(source, password);
		if (matches === null) {
			log.warn(
				{},
				"A passwordRegex of plugins.kuzzle-plugin-auth-passport-local takes too long: the password was refused. Write it so that it does not backtrack.",
			);
		}
		if (matches !== true) throw createError(`${ERRORS}.weak_password`);
	}

	return {
		expire: policies.some(({ expiresAfter }) => expiresAfter !== undefined),
		async assertNew(given, signal) {
			const { kuid, username, password } = given;
			const applied = await policiesOf(kuid, signal);
			for (const { forbidLoginInPassword, passwordRegex } of applied) {
				if (forbidLoginInPassword && holds(password, username)) {
					throw createError(`${ERRORS}.login_in_password`);
				}
				if (passwordRegex !== undefined) assertMatches(passwordRegex, password);
			}
			if (longestHistory(applied) > 0 && (await isReused(given, signal))) {
				throw createError(`${ERRORS}.reused_password`);
			}
		},
		async assertUsable({ kuid, stored }, signal) {
			const applied = await policiesOf(kuid, signal);
			const age = now() - setAt(stored);
			for (const { expiresAfter } of applied) {
				if (expiresAfter !== undefined && age > toMs(expiresAfter)) {
					throw createError(`${ERRORS}.expired_password`);
				}
			}
			if (
				applied.some((policy) => policy.mustChangePasswordIfSetByAdmin) &&
				isSetByAnother(stored, kuid) &&
				!(await membershipOf(kuid, signal)).roleIds.includes("admin")
			) {
				throw createError(`${ERRORS}.must_change_password`);
			}
		},
		async historyLength(kuid, signal) {
			const length = longestHistory(await policiesOf(kuid, signal));
			return length === 0 ? null : length;
		},
	};
}

/** The archived passwords, newest first. */
export function historyOf(stored: JsonObject): JsonObject[] {
	const { passwordHistory } = stored;
	return Array.isArray(passwordHistory)
		? passwordHistory.filter((entry): entry is JsonObject => isObject(entry))
		: [];
}

/** When the password was set, in milliseconds since the epoch. `passwordSetAt` is ours, and there only after a change of the username. */
export function setAt(stored: JsonObject): number {
	const info = stored._kuzzle_info as JsonObject | null | undefined;
	return Number(
		stored.passwordSetAt ?? info?.updatedAt ?? info?.createdAt ?? 0,
	);
}

function isAmong(
	{ users = [], profiles = [], roles = [] }: PolicyHolders,
	kuid: string,
	{ profileIds, roleIds }: Membership,
): boolean {
	return (
		users.includes(kuid) ||
		profiles.some((id) => profileIds.includes(id)) ||
		roles.some((id) => roleIds.includes(id))
	);
}

/** Nobody is behind a null, nor behind -1: what people choose when they make their own account is theirs. */
function isSetByAnother({ updater }: JsonObject, kuid: string): boolean {
	return typeof updater === "string" && updater !== kuid && updater !== "-1";
}

function holds(password: string, username: string): boolean {
	return password.toLowerCase().includes(username.toLowerCase());
}

function longestHistory(policies: readonly PasswordPolicy[]): number {
	return Math.max(
		0,
		...policies.map((policy) => policy.forbidReusedPasswordCount ?? 0),
	);
}

function toMs(duration: string | number): number {
	return typeof duration === "number" ? duration : parseDuration(duration);
}
