import type { PasswordPolicy } from "../../config/password-policies.ts";
import { createBareError } from "../../errors/gateway-error.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import type { Storage, StoredDocument } from "../../storage/storage.ts";
import type { Passwords } from "../passwords.ts";
import {
	createLocalChanges,
	type LocalChanges,
	noCredentials,
} from "./local-changes.ts";
import {
	type CredentialsReader,
	createCredentialsReader,
	type LoginClaim,
} from "./local-credentials.ts";
import { searchLocal } from "./local-search.ts";
import {
	createLocalUsers,
	type LocalUsers,
	localTarget,
} from "./local-users.ts";
import {
	createPasswordResets,
	type PasswordResets,
} from "./password-resets.ts";
import {
	createPasswordRules,
	type Membership,
	type PasswordRules,
} from "./password-rules.ts";
import type { Strategy, StrategyContext, Verdict } from "./strategy.ts";

export { localCollections } from "./local-users.ts";

/** It needs to know nothing of the client that logs in. */
export interface LocalStrategy extends Strategy {
	verify(
		credentials: Readonly<Record<string, unknown>>,
		context: StrategyContext,
	): Promise<Verdict>;
	readonly resets: PasswordResets;
}

export interface LocalStrategyParts {
	readonly storage: Storage;
	readonly passwords: Passwords;
	readonly clock: Clock;
	readonly log: Log;
	readonly options?: LocalStrategyOptions;
}

export interface LocalStrategyOptions {
	/** Longest password that is taken, in UTF-8 bytes; default 1,024. */
	readonly passwordBytesMax?: number;
	/** Users whose username is remembered, to spare a search; default 10,000. */
	readonly rememberedMax?: number;
	/** Whether users give their current password to change or delete their own credentials; default false. */
	readonly requirePassword?: boolean;
	/** Default none. */
	readonly passwordPolicies?: readonly PasswordPolicy[];
	/** Life of a reset token in milliseconds; default -1, for ever. */
	readonly resetTtlMs?: number;
	/** Asked where a policy is for some users only. Default: nobody holds anything. */
	readonly membershipOf?: (
		kuid: string,
		signal?: AbortSignal,
	) => Promise<Membership>;
}

/** The first text is passport-local's: it travels to the client as a value (`props`) of the error, and is recorded so. */
const missing: Verdict = { ok: false, reason: "Missing credentials" };
const wrong: Verdict = { ok: false, reason: "Wrong username or password." };

/**
 * Username and password, compatible with kuzzle-plugin-auth-passport-local 6.4.1 in what it answers and stores.
 * Needs the `localCollections`.
 */
export function createLocalStrategy(parts: LocalStrategyParts): LocalStrategy {
	const { storage, passwords, clock, options = {} } = parts;
	const users = createLocalUsers(storage, options.rememberedMax ?? 10_000);
	const reader = createCredentialsReader(options.passwordBytesMax ?? 1024);
	const rules = createPasswordRules({
		...parts,
		policies: options.passwordPolicies ?? [],
		membershipOf: options.membershipOf ?? nobodyHoldsAnything,
		now: () => clock.now(),
	});
	const changes = createLocalChanges({ ...parts, users, rules });
	const own = { ...parts, users, reader, changes, rules };
	const ttlMs = options.resetTtlMs ?? -1;
	const assertOwner =
		options.requirePassword === true
			? createOwnerCheck({ users, reader, passwords })
			: async () => {};

	return {
		name: "local",
		fields: ["username", "password"],
		verify: createLogin(own),
		resets: createPasswordResets({ ...own, ttlMs }),
		accountOf: (credentials) => reader.readLogin(credentials)?.username ?? null,
		async exists(kuid, context) {
			return (await users.byKuid(kuid, context)) !== null;
		},
		async validate(kuid, credentials, context) {
			const wanted = context.update
				? reader.readChanges(credentials)
				: reader.readNew(credentials);
			const { username, password } = wanted;
			if (username !== undefined)
				await changes.assertFree(kuid, username, context);
			if (password === undefined) return;
			const current = await users.byKuid(kuid, context);
			await rules.assertNew(
				{
					kuid,
					username: username ?? current?.id ?? "",
					password,
					stored: current?.content ?? null,
				},
				context.signal,
			);
		},
		async create(kuid, credentials, context) {
			return await changes.create(kuid, reader.readNew(credentials), context);
		},
		async update(kuid, credentials, context) {
			const wanted = reader.readChanges(credentials);
			await assertOwner(kuid, context);
			return await changes.update(kuid, wanted, context);
		},
		async delete(kuid, context) {
			await assertOwner(kuid, context);
			await changes.remove(kuid, context);
		},
		async getInfo(kuid, context) {
			const document = await users.byKuid(kuid, context);
			if (document === null) throw noCredentials();
			return { username: document.id, kuid };
		},
		async getById(username, context) {
			const kuid = (await users.byUsername(username, context))?.content.kuid;
			if (typeof kuid !== "string") throw noCredentials();
			return { username, kuid };
		},
		search: (request, { signal }) =>
			searchLocal(storage, localTarget, request, { signal }),
	};
}

async function nobodyHoldsAnything(): Promise<Membership> {
	return { profileIds: [], roleIds: [] };
}

/** Who changes credentials of their own proves to be more than somebody with a stolen token. Others, such as administrators, are let through. */
function createOwnerCheck({
	users,
	reader,
	passwords,
}: Pick<LoginParts, "users" | "reader" | "passwords">) {
	return async (kuid: string, context: StrategyContext): Promise<void> => {
		if (context.owner === undefined) return;
		const { currentPassword: password } = context.owner;
		const claim = reader.readLogin({ username: kuid, password });
		if (claim === null) {
			throw createBareError(400, "The current password is needed.");
		}
		const document = await users.byKuid(kuid, context);
		if (document === null) throw noCredentials();
		const isRight =
			claim.password !== null &&
			(await passwords.verify(
				claim.password,
				document.content,
				context.signal,
			));
		if (!isRight) {
			throw createBareError(403, "This is not the current password.");
		}
	};
}

interface LoginParts {
	readonly users: LocalUsers;
	readonly reader: CredentialsReader;
	readonly changes: LocalChanges;
	readonly passwords: Passwords;
	readonly rules: PasswordRules;
	readonly log: Log;
}

function createLogin(parts: LoginParts): LocalStrategy["verify"] {
	const { users, reader, passwords, rules, log } = parts;

	async function find({ username }: LoginClaim, context: StrategyContext) {
		if (username === null) return null;
		const document = await users.byUsername(username, context);
		const kuid = document?.content.kuid;
		return document === null || typeof kuid !== "string"
			? null
			: { document, kuid };
	}

	return async (credentials, context) => {
		const claim = reader.readLogin(credentials);
		if (claim === null) return missing;
		const found = await find(claim, context);
		const { password } = claim;
		// Whatever is wrong with the claim, its refusal takes the time of a hash.
		if (found === null || password === null) {
			await passwords.verifyNothing(password ?? "", context.signal);
			return wrong;
		}
		const { document, kuid } = found;
		if (!passwords.canRead(document.content)) {
			log.warn({ kuid }, "A stored password cannot be read: no login with it.");
		}
		if (!(await passwords.verify(password, document.content, context.signal)))
			return wrong;
		const used = { kuid, stored: document.content };
		await rules.assertUsable(used, context.signal);
		await renewHash(parts, document, kuid, password, context);
		return { ok: true, kuid };
	};
}

/** The login does not hang on it: what fails is only logged. */
async function renewHash(
	{ passwords, changes, log }: LoginParts,
	document: StoredDocument,
	kuid: string,
	password: string,
	{ signal }: StrategyContext,
): Promise<void> {
	if (!passwords.needsRehash(document.content)) return;
	try {
		await changes.renewHash(document, kuid, password, { signal });
	} catch (error) {
		log.warn(
			{ kuid, err: error },
			"A password hash was not renewed at login; the next login tries again.",
		);
	}
}
