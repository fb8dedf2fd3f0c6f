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
import { createLocalUsers, type LocalUsers } from "./local-users.ts";
import type { Strategy, StrategyContext, Verdict } from "./strategy.ts";

export { localCollections } from "./local-users.ts";

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
}

/** The first text is passport-local's: it travels to the client as a value (`props`) of the error, and is recorded so. */
const missing: Verdict = { ok: false, reason: "Missing credentials" };
const wrong: Verdict = { ok: false, reason: "Wrong username or password." };

/**
 * Username and password, compatible with kuzzle-plugin-auth-passport-local 6.4.1 in what it answers and stores.
 * Needs the `localCollections`.
 */
export function createLocalStrategy(parts: LocalStrategyParts): Strategy {
	const { storage, options = {} } = parts;
	const users = createLocalUsers(storage, options.rememberedMax ?? 10_000);
	const reader = createCredentialsReader(options.passwordBytesMax ?? 1024);
	const changes = createLocalChanges({ ...parts, users });

	return {
		name: "local",
		fields: ["username", "password"],
		verify: createLogin({ ...parts, users, reader, changes }),
		async exists(kuid, context) {
			return (await users.byKuid(kuid, context)) !== null;
		},
		async validate(kuid, credentials, context) {
			const { username } = context.update
				? reader.readChanges(credentials)
				: reader.readNew(credentials);
			if (username !== undefined)
				await changes.assertFree(kuid, username, context);
		},
		async create(kuid, credentials, context) {
			return await changes.create(kuid, reader.readNew(credentials), context);
		},
		async update(kuid, credentials, context) {
			const wanted = reader.readChanges(credentials);
			return await changes.update(kuid, wanted, context);
		},
		async delete(kuid, context) {
			await changes.remove(kuid, context);
		},
		async getInfo(kuid, context) {
			const document = await users.byKuid(kuid, context);
			if (document === null) throw noCredentials();
			return { username: document.id, kuid };
		},
	};
}

interface LoginParts {
	readonly users: LocalUsers;
	readonly reader: CredentialsReader;
	readonly changes: LocalChanges;
	readonly passwords: Passwords;
	readonly log: Log;
}

function createLogin(parts: LoginParts): Strategy["verify"] {
	const { users, reader, passwords, log } = parts;

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
