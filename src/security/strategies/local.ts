import { createBareError, isErrorId } from "../../errors/gateway-error.ts";
import type { Clock } from "../../lib/clock.ts";
import type { JsonObject } from "../../lib/json.ts";
import { createKeyedLock } from "../../lib/keyed-lock.ts";
import type { Log } from "../../lib/log.ts";
import type { Storage, StoredDocument } from "../../storage/storage.ts";
import { type PasswordRecord, passwordFields } from "../password-record.ts";
import type { Passwords } from "../passwords.ts";
import {
	createCredentialsReader,
	type LocalCredentials,
} from "./local-credentials.ts";
import { createLocalUsers } from "./local-users.ts";
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

/** The reason's text is passport-local's, which the recordings show as a value (`props`) of the error. */
const missing: Verdict = { ok: false, reason: "Missing credentials" };
const wrong: Verdict = { ok: false, reason: "Wrong username or password." };

/** How often an update starts anew when another node changed the document meanwhile. */
const ATTEMPTS_MAX = 3;

/**
 * Username and password, compatible with kuzzle-plugin-auth-passport-local 6.4.1 in what it answers and stores.
 * Changes of one user's credentials run one after the other within this process; two nodes that change the same ones
 * in the same moment are kept apart by the documents' revisions only.
 */
export function createLocalStrategy(parts: LocalStrategyParts): Strategy {
	const { storage, passwords, clock, log, options = {} } = parts;
	const users = createLocalUsers(storage, options.rememberedMax ?? 10_000);
	const reader = createCredentialsReader(options.passwordBytesMax ?? 1024);
	const onePerUser = createKeyedLock();

	async function verify(
		credentials: Readonly<Record<string, unknown>>,
		context: StrategyContext,
	): Promise<Verdict> {
		const login = reader.readLogin(credentials);
		if (login === null) return missing;
		const { username, password } = login;
		const document =
			username === null ? null : await users.byUsername(username, context);
		const kuid = document?.content.kuid;
		// Whatever is wrong with the claim, its refusal takes the time of a hash.
		if (document === null || typeof kuid !== "string" || password === null) {
			await passwords.verifyNothing(password ?? "", context.signal);
			return wrong;
		}
		if (!passwords.canRead(document.content)) {
			log.warn({ kuid }, "A stored password cannot be read: no login with it.");
		}
		if (!(await passwords.verify(password, document.content, context.signal)))
			return wrong;
		await renewHash(kuid, document, password, context);
		return { ok: true, kuid };
	}

	/** Writes a password that just verified anew where its hash is not what is written now. The login does not hang on it. */
	async function renewHash(
		kuid: string,
		document: StoredDocument,
		password: string,
		{ signal }: StrategyContext,
	): Promise<void> {
		if (!passwords.needsRehash(document.content)) return;
		try {
			await onePerUser(kuid, async () => {
				const record = await passwords.hash(password, signal);
				// `_kuzzle_info` stays: the password is as old as it was.
				const content = withPassword(document.content, record);
				await users.replace(document, content, { signal });
			});
		} catch (error) {
			log.warn(
				{ kuid, err: error },
				"A password hash was not renewed at login; the next login tries again.",
			);
		}
	}

	async function assertFree(
		kuid: string,
		username: string | undefined,
		context: StrategyContext,
	): Promise<void> {
		if (username === undefined) return;
		const holder = await users.byUsername(username, context);
		if (holder !== null && holder.content.kuid !== kuid) throw taken();
	}

	async function create(
		kuid: string,
		{ username, password }: LocalCredentials,
		context: StrategyContext,
	): Promise<JsonObject> {
		await assertFree(kuid, username, context);
		const present = await users.allByKuid(kuid, context);
		if (present.length > 0) {
			throw createBareError(412, "The user has local credentials already.");
		}
		const record = await passwords.hash(password, context.signal);
		const content: JsonObject = {
			kuid,
			...record,
			updater: context.caller ?? null,
			_kuzzle_info: {
				author: null,
				createdAt: clock.now(),
				updatedAt: null,
				updater: null,
			},
		};
		await claim(username, content, context);
		return { username };
	}

	async function claim(
		username: string,
		content: JsonObject,
		context: StrategyContext,
	) {
		try {
			return await users.create(username, content, context);
		} catch (error) {
			throw isConflict(error) ? taken() : error;
		}
	}

	async function update(
		kuid: string,
		changes: Partial<LocalCredentials>,
		context: StrategyContext,
	): Promise<JsonObject> {
		await current(kuid, context);
		await assertFree(kuid, changes.username, context);
		const record =
			changes.password === undefined
				? null
				: await passwords.hash(changes.password, context.signal);
		return await retryOnConflict(async () => {
			const document = await current(kuid, context);
			const content = changedContent(document.content, record, context);
			const { username = document.id } = changes;
			if (username === document.id) {
				await users.replace(document, content, context);
				return { username, kuid };
			}
			await rename(document, username, content, context);
			return { username };
		});
	}

	/** The user's document. Another one, left by a change of username that was cut short, would go on letting people in: it goes. */
	async function current(
		kuid: string,
		context: StrategyContext,
	): Promise<StoredDocument> {
		const [newest, ...older] = await users.allByKuid(kuid, context);
		if (newest === undefined) throw none();
		await users.remove(older, context);
		return newest;
	}

	function changedContent(
		content: JsonObject,
		record: PasswordRecord | null,
		context: StrategyContext,
	): JsonObject {
		const info = content._kuzzle_info as JsonObject | null | undefined;
		return {
			...(record === null
				? content
				: {
						...withPassword(content, record),
						updater: context.caller ?? null,
					}),
			_kuzzle_info: { ...info, updatedAt: clock.now(), updater: null },
		};
	}

	/** First the new document, then away with the old one: whatever happens between, one of them is there. */
	async function rename(
		old: StoredDocument,
		username: string,
		content: JsonObject,
		context: StrategyContext,
	): Promise<void> {
		const created = await claim(username, content, context);
		// From here on nobody gives up half-way: a client that has gone leaves no second document.
		const { refresh = false } = context;
		try {
			await users.remove([old], { refresh, unchanged: true });
		} catch (error) {
			// If it is unknown whether the old one is gone, taking the new one back could lose both.
			if (!isErrorId(error, "portico.call.outcome_unknown")) {
				await users.remove([created], { refresh });
			}
			throw error;
		}
	}

	return {
		name: "local",
		fields: ["username", "password"],
		verify,
		async exists(kuid, context) {
			return (await users.byKuid(kuid, context)) !== null;
		},
		async validate(kuid, credentials, context) {
			const { username } = context.update
				? reader.readChanges(credentials)
				: reader.readNew(credentials);
			await assertFree(kuid, username, context);
		},
		async create(kuid, credentials, context) {
			const wanted = reader.readNew(credentials);
			return await onePerUser(kuid, () => create(kuid, wanted, context));
		},
		async update(kuid, credentials, context) {
			const changes = reader.readChanges(credentials);
			return await onePerUser(kuid, () => update(kuid, changes, context));
		},
		async delete(kuid, context) {
			await onePerUser(kuid, async () => {
				const documents = await users.allByKuid(kuid, context);
				if (documents.length === 0) throw none();
				await users.remove(documents, context);
			});
		},
		async getInfo(kuid, context) {
			const document = await users.byKuid(kuid, context);
			if (document === null) throw none();
			return { username: document.id, kuid };
		},
	};
}

async function retryOnConflict<T>(task: () => Promise<T>): Promise<T> {
	for (let attempt = 1; ; attempt += 1) {
		try {
			return await task();
		} catch (error) {
			if (attempt === ATTEMPTS_MAX || !isConflict(error)) throw error;
		}
	}
}

function isConflict(error: unknown): boolean {
	return isErrorId(error, "services.storage.document_already_exists");
}

/** The document with another password: no field of the old one stays behind, every other field does. */
function withPassword(content: JsonObject, record: PasswordRecord): JsonObject {
	const kept = { ...content };
	for (const field of passwordFields) delete kept[field];
	return { ...kept, ...record };
}

function taken() {
	return createBareError(412, "This username is taken.");
}

function none() {
	return createBareError(412, "The user has no local credentials.");
}
