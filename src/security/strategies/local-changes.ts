import { createBareError, isErrorId } from "../../errors/gateway-error.ts";
import type { Clock } from "../../lib/clock.ts";
import type { JsonObject } from "../../lib/json.ts";
import { createKeyedLock } from "../../lib/keyed-lock.ts";
import type { StoredDocument } from "../../storage/storage.ts";
import { type PasswordRecord, passwordFields } from "../password-record.ts";
import type { Passwords } from "../passwords.ts";
import type { LocalCredentials } from "./local-credentials.ts";
import type { LocalUsers } from "./local-users.ts";
import { historyOf, type PasswordRules, setAt } from "./password-rules.ts";
import type { StrategyContext } from "./strategy.ts";

/**
 * What changes credentials. Changes of one user's run one after the other within this process; two nodes that
 * change the same ones in the same moment are kept apart by the documents' revisions only.
 */
export interface LocalChanges {
	/** Answers `{username}`. Rejects with a bare 412 when the username is taken or the user has credentials. */
	create(
		kuid: string,
		credentials: LocalCredentials,
		context: StrategyContext,
	): Promise<JsonObject>;
	/**
	 * Answers `{username, kuid}`, or `{username}` when that changed. Rejects with a bare 412 when it is taken or there is nothing to change.
	 * `assertStill` sees the document that is about to be changed, and may throw.
	 */
	update(
		kuid: string,
		changes: Partial<LocalCredentials>,
		context: StrategyContext,
		assertStill?: (document: StoredDocument) => void,
	): Promise<JsonObject>;
	/** Rejects with a bare 412 when there are none. */
	remove(kuid: string, context: StrategyContext): Promise<void>;
	/** Writes a password that has just verified as it would be written now. Rejects when the document has changed since it was read. */
	renewHash(
		read: StoredDocument,
		kuid: string,
		password: string,
		context: StrategyContext,
	): Promise<void>;
	/** Rejects with a bare 412 when the username belongs to another user. */
	assertFree(
		kuid: string,
		username: string,
		context: StrategyContext,
	): Promise<void>;
}

export interface LocalChangesParts {
	readonly users: LocalUsers;
	readonly passwords: Passwords;
	readonly rules: PasswordRules;
	readonly clock: Clock;
}

/** How often an update starts anew when another node changed the document meanwhile. */
const ATTEMPTS_MAX = 3;

export function createLocalChanges(parts: LocalChangesParts): LocalChanges {
	const { users, passwords, rules, clock } = parts;
	const onePerUser = createKeyedLock();

	async function assertFree(
		kuid: string,
		username: string,
		context: StrategyContext,
	): Promise<void> {
		const holder = await users.byUsername(username, context);
		if (holder !== null && holder.content.kuid !== kuid) throw taken();
	}

	async function create(
		kuid: string,
		{ username, password }: LocalCredentials,
		context: StrategyContext,
	): Promise<JsonObject> {
		await assertFree(kuid, username, context);
		if ((await users.allByKuid(kuid, context)).length > 0) {
			throw createBareError(412, "The user has local credentials already.");
		}
		await rules.assertNew(
			{ kuid, username, password, stored: null },
			context.signal,
		);
		const record = await passwords.hash(password, context.signal);
		const content = newContent(kuid, record, clock.now(), context);
		await claim(users, username, content, context);
		return { username };
	}

	/** The new password's record, if one is wanted and may be had, and how many old ones to keep. */
	async function hashNew(
		current: StoredDocument,
		kuid: string,
		{ username = current.id, password }: Partial<LocalCredentials>,
		{ signal }: StrategyContext,
	): Promise<Renewal | null> {
		if (password === undefined) return null;
		const stored = current.content;
		await rules.assertNew({ kuid, username, password, stored }, signal);
		const historyLength = await rules.historyLength(kuid, signal);
		return { record: await passwords.hash(password, signal), historyLength };
	}

	async function update(
		kuid: string,
		changes: Partial<LocalCredentials>,
		context: StrategyContext,
		assertStill: (document: StoredDocument) => void = () => {},
	): Promise<JsonObject> {
		const current = await onlyDocument(users, kuid, context);
		assertStill(current);
		if (changes.username !== undefined)
			await assertFree(kuid, changes.username, context);
		const renewal = await hashNew(current, kuid, changes, context);
		return await retryOnConflict(async () => {
			const document = await onlyDocument(users, kuid, context);
			assertStill(document);
			const content = changedContent(document.content, renewal, {
				now: clock.now(),
				keepsAge: rules.expire,
				context,
			});
			const { username = document.id } = changes;
			if (username === document.id) {
				await users.replace(document, content, context);
				return { username, kuid };
			}
			await rename(users, document, username, content, context);
			return { username };
		});
	}

	return {
		assertFree,
		create: (kuid, credentials, context) =>
			onePerUser(kuid, () => create(kuid, credentials, context)),
		update: (kuid, changes, context, assertStill) =>
			onePerUser(kuid, () => update(kuid, changes, context, assertStill)),
		remove: (kuid, context) =>
			onePerUser(kuid, async () => {
				const documents = await users.allByKuid(kuid, context);
				if (documents.length === 0) throw noCredentials();
				await users.remove(toUsernames(documents), context);
			}),
		renewHash: (read, kuid, password, context) =>
			onePerUser(kuid, async () => {
				const record = await passwords.hash(password, context.signal);
				// `_kuzzle_info` stays as it is: the password is no newer than it was.
				const content = withPassword(read.content, record);
				await users.replace(read, content, context);
			}),
	};
}

/** What is asked for is the user's, and the user has none: reading, updating and deleting all answer so. */
export function noCredentials() {
	return createBareError(412, "The user has no local credentials.");
}

function taken() {
	return createBareError(412, "This username is taken.");
}

/** The user's document. Another one, left by a change of username that was cut short, would go on letting people in: it goes. */
async function onlyDocument(
	users: LocalUsers,
	kuid: string,
	context: StrategyContext,
): Promise<StoredDocument> {
	const [newest, ...older] = await users.allByKuid(kuid, context);
	if (newest === undefined) throw noCredentials();
	await users.remove(toUsernames(older), context);
	return newest;
}

function toUsernames(documents: readonly StoredDocument[]): string[] {
	return documents.map((document) => document.id);
}

/** The store decides who gets a username: it is the document's id, and a taken id is refused. */
async function claim(
	users: LocalUsers,
	username: string,
	content: JsonObject,
	context: StrategyContext,
): Promise<void> {
	try {
		await users.create(username, content, context);
	} catch (error) {
		throw isConflict(error) ? taken() : error;
	}
}

/** First the new document, then away with the old one: whatever happens between, one of them is there. */
async function rename(
	users: LocalUsers,
	old: StoredDocument,
	username: string,
	content: JsonObject,
	context: StrategyContext,
): Promise<void> {
	await claim(users, username, content, context);
	// From here on nobody gives up half-way, so no signal: a client that has gone leaves no second document.
	const { refresh = false } = context;
	try {
		await users.removeUnchanged(old, { refresh });
	} catch (error) {
		// While it is unknown whether the old one is gone, taking the new one back could lose both.
		if (!isErrorId(error, "portico.call.outcome_unknown")) {
			await users.remove([username], { refresh });
		}
		throw error;
	}
}

function newContent(
	kuid: string,
	record: PasswordRecord,
	now: number,
	context: StrategyContext,
): JsonObject {
	return {
		kuid,
		...record,
		updater: context.caller ?? null,
		_kuzzle_info: {
			author: null,
			createdAt: now,
			updatedAt: null,
			updater: null,
		},
	};
}

interface Renewal {
	readonly record: PasswordRecord;
	readonly historyLength: number | null;
}

interface ChangeFacts {
	readonly now: number;
	/** Whether the age of the password counts. */
	readonly keepsAge: boolean;
	readonly context: StrategyContext;
}

/** With another password, or with the one it has. The metadata name no updater: the plugin writes as nobody. */
function changedContent(
	content: JsonObject,
	renewal: Renewal | null,
	{ now, keepsAge, context }: ChangeFacts,
): JsonObject {
	const info = content._kuzzle_info as JsonObject | null | undefined;
	const metadata = { _kuzzle_info: { ...info, updatedAt: now, updater: null } };
	if (renewal === null) {
		// A new name does not make the password any younger.
		const age = keepsAge ? { passwordSetAt: setAt(content) } : {};
		return { ...content, ...age, ...metadata };
	}
	const { record, historyLength } = renewal;
	const { passwordSetAt: _, ...renewed } = withPassword(content, record);
	return {
		...renewed,
		...(historyLength === null
			? {}
			: { passwordHistory: archive(content, now).slice(0, historyLength) }),
		updater: context.caller ?? null,
		...metadata,
	};
}

/** The former passwords with the current one before them. */
function archive(content: JsonObject, now: number): JsonObject[] {
	const entry: JsonObject = {};
	for (const field of passwordFields) {
		if (content[field] !== undefined) entry[field] = content[field];
	}
	return [
		{ ...entry, archivedAt: now, updatedAt: setAt(content) },
		...historyOf(content),
	];
}

/** No field of the old password stays behind; every other field does. */
function withPassword(content: JsonObject, record: PasswordRecord): JsonObject {
	const kept = { ...content };
	for (const field of passwordFields) delete kept[field];
	return { ...kept, ...record };
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
