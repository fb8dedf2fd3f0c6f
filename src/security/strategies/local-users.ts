import { isErrorId } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type {
	Storage,
	StoredDocument,
	Target,
	WriteOperation,
} from "../../storage/storage.ts";
import { type OwnCollection, own } from "../collections.ts";
import { Memory } from "../memory.ts";
import type { StrategyContext } from "./strategy.ts";

/**
 * The documents behind the local strategy: one per user, whose id is the username, so that the store itself keeps
 * usernames unique. The layout is that of Kuzzle's plugin.
 */
export interface LocalUsers {
	/** Sees every write that was answered. */
	byUsername(
		username: string,
		context: StrategyContext,
	): Promise<StoredDocument | null>;
	/** May miss what another node has written and not yet refreshed; never shows what is gone. */
	byKuid(
		kuid: string,
		context: StrategyContext,
	): Promise<StoredDocument | null>;
	/**
	 * Sees every write that was answered, by any node. One document or none, unless a change of username was cut short:
	 * then the one changed last comes first.
	 */
	allByKuid(kuid: string, context: StrategyContext): Promise<StoredDocument[]>;
	/** Rejects with `services.storage.document_already_exists` when the username is taken. */
	create(
		username: string,
		content: JsonObject,
		context: StrategyContext,
	): Promise<void>;
	/** Rejects with `services.storage.document_already_exists` when the document has changed since it was read. */
	replace(
		read: StoredDocument,
		content: JsonObject,
		context: StrategyContext,
	): Promise<void>;
	/** Those that are gone already count as removed. */
	remove(usernames: readonly string[], context: StrategyContext): Promise<void>;
	/** As `remove`, but rejects as `replace` does. */
	removeUnchanged(
		read: StoredDocument,
		context: StrategyContext,
	): Promise<void>;
}

/** The plugin whose place this strategy takes. */
export const LOCAL_PLUGIN = "kuzzle-plugin-auth-passport-local";
const INDEX = `plugin-${LOCAL_PLUGIN}`;

const passwordProperties: JsonObject = {
	userPassword: { type: "keyword" },
	userSalt: { type: "keyword" },
	algorithm: { type: "keyword" },
	stretching: { type: "boolean" },
	pepper: { type: "boolean" },
	encryption: { type: "keyword" },
};

const users = own(
	"users",
	{
		kuid: { type: "keyword" },
		...passwordProperties,
		updater: { type: "keyword" },
		passwordHistory: {
			properties: {
				...passwordProperties,
				archivedAt: { type: "date" },
				updatedAt: { type: "date" },
			},
		},
	},
	"false",
	INDEX,
);

const config = own(
	"config",
	{ resetTokenSecret: { type: "keyword" } },
	"false",
	INDEX,
);

/** The collections that the local strategy needs; the gateway creates them before it is used. */
export const localCollections: readonly OwnCollection[] = [users, config];

/** Where the secret of reset tokens is. */
export const localConfig: Target = config.target;

/** Where the credentials are. */
export const localTarget: Target = users.target;

/** How many documents of one kuid are looked at. There should be one. */
const PER_KUID_MAX = 10;

export function createLocalUsers(
	storage: Storage,
	rememberedMax: number,
): LocalUsers {
	const { target } = users;
	/** Kuid to username, of those seen last. Only hints: see `byHint`. */
	const hints = new Memory<string>(rememberedMax);

	async function byUsername(username: string, context: StrategyContext) {
		return await storage.get(target, username, { signal: context.signal });
	}

	/** What was last seen of this user, read anew. A hint may be old: it is only followed when its document still says so. */
	async function byHint(kuid: string, context: StrategyContext) {
		const username = hints.peek(kuid);
		if (username === undefined) return null;
		const document = await byUsername(username, context);
		return document?.content.kuid === kuid ? document : null;
	}

	/** A search may still find what is deleted, so that each hit is read by its id. */
	async function bySearch(kuid: string, { signal }: StrategyContext) {
		const found = await storage.search(
			[target],
			{
				query: {
					kind: "term",
					field: "kuid",
					value: kuid,
					caseInsensitive: false,
				},
				sort: [],
				from: 0,
				size: PER_KUID_MAX,
			},
			{ signal },
		);
		if (found.hits.length === 0) return [];
		const ids = found.hits.map((hit) => hit.id);
		const documents = await storage.mGet(target, ids, { signal });
		return documents.filter(
			(document): document is StoredDocument => document?.content.kuid === kuid,
		);
	}

	async function write(
		operations: readonly WriteOperation[],
		{ refresh, signal }: StrategyContext,
	): Promise<void> {
		const options = { refresh, signal };
		for (const outcome of await storage.write(target, operations, options))
			if (!outcome.ok) throw outcome.error;
	}

	async function remove(
		operations: readonly DeleteOperation[],
		{ refresh, signal }: StrategyContext,
	): Promise<void> {
		if (operations.length === 0) return;
		const options = { refresh, signal };
		for (const outcome of await storage.write(target, operations, options)) {
			if (
				!outcome.ok &&
				!isErrorId(outcome.error, "services.storage.not_found")
			)
				throw outcome.error;
		}
	}

	return {
		byUsername,
		async byKuid(kuid, context) {
			const hinted = await byHint(kuid, context);
			if (hinted !== null) return hinted;
			const [newest] = newestFirst(await bySearch(kuid, context));
			if (newest === undefined) return null;
			hints.remember(kuid, newest.id);
			return newest;
		},
		async allByKuid(kuid, context) {
			await storage.refresh(target, { signal: context.signal });
			return newestFirst(await bySearch(kuid, context));
		},
		async create(username, content, context) {
			await write([{ kind: "create", id: username, content }], context);
			if (typeof content.kuid === "string")
				hints.remember(content.kuid, username);
		},
		async replace({ id, revision: ifRevision }, content, context) {
			await write([{ kind: "replace", id, content, ifRevision }], context);
		},
		async remove(usernames, context) {
			const toDelete = (id: string) => ({ kind: "delete", id }) as const;
			await remove(usernames.map(toDelete), context);
		},
		async removeUnchanged({ id, revision: ifRevision }, context) {
			await remove([{ kind: "delete", id, ifRevision }], context);
		},
	};
}

type DeleteOperation = Extract<WriteOperation, { kind: "delete" }>;

function newestFirst(documents: readonly StoredDocument[]): StoredDocument[] {
	return [...documents].sort((a, b) => changedAt(b) - changedAt(a));
}

function changedAt({ content }: StoredDocument): number {
	const info = content._kuzzle_info as JsonObject | null | undefined;
	return Number(info?.updatedAt ?? info?.createdAt ?? 0);
}
