import { isErrorId } from "../../errors/gateway-error.ts";
import type { JsonObject } from "../../lib/json.ts";
import type {
	Storage,
	StoredDocument,
	WriteOperation,
	WriteOutcome,
	WrittenDocument,
} from "../../storage/storage.ts";
import { type OwnCollection, own } from "../collections.ts";
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
	/** Rejects with `services.storage.document_already_exists` when the username is taken. Answers what `remove` takes. */
	create(
		username: string,
		content: JsonObject,
		context: StrategyContext,
	): Promise<Pick<StoredDocument, "id" | "revision">>;
	/** Rejects with `services.storage.document_already_exists` when the document has changed since it was read. */
	replace(
		read: StoredDocument,
		content: JsonObject,
		context: StrategyContext,
	): Promise<void>;
	/** Those that are gone already count as removed. Given `unchanged`, rejects as `replace` does for those that changed. */
	remove(
		documents: readonly Pick<StoredDocument, "id" | "revision">[],
		context: StrategyContext & { readonly unchanged?: boolean },
	): Promise<void>;
}

const INDEX = "plugin-kuzzle-plugin-auth-passport-local";

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

/** The collections that the local strategy needs; the gateway creates them before it is used. */
export const localCollections: readonly OwnCollection[] = [users];

/** How many documents of one kuid are looked at. There should be one. */
const PER_KUID_MAX = 10;

export function createLocalUsers(
	storage: Storage,
	rememberedMax: number,
): LocalUsers {
	const { target } = users;
	const hints = createHints(rememberedMax);

	async function byUsername(username: string, context: StrategyContext) {
		return await storage.get(target, username, { signal: context.signal });
	}

	/** What was last seen of this user, read anew. A hint may be old: it is only followed when its document still says so. */
	async function byHint(kuid: string, context: StrategyContext) {
		const username = hints.get(kuid);
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
			(document) => document !== null && document.content.kuid === kuid,
		) as StoredDocument[];
	}

	async function write(
		operations: readonly WriteOperation[],
		{ refresh, signal }: StrategyContext,
	): Promise<WriteOutcome[]> {
		return await storage.write(target, operations, { refresh, signal });
	}

	return {
		byUsername,
		async byKuid(kuid, context) {
			const hinted = await byHint(kuid, context);
			if (hinted !== null) return hinted;
			const [newest] = newestFirst(await bySearch(kuid, context));
			if (newest === undefined) return null;
			hints.set(kuid, newest.id);
			return newest;
		},
		async allByKuid(kuid, context) {
			await storage.refresh(target, { signal: context.signal });
			return newestFirst(await bySearch(kuid, context));
		},
		async create(username, content, context) {
			const create = { kind: "create", id: username, content } as const;
			const [created] = assertWritten(await write([create], context));
			if (typeof content.kuid === "string") hints.set(content.kuid, username);
			return { id: username, revision: created?.revision ?? "" };
		},
		async replace({ id, revision }, content, context) {
			const replace = { kind: "replace", id, content } as const;
			assertWritten(
				await write([{ ...replace, ifRevision: revision }], context),
			);
		},
		async remove(documents, { unchanged, ...context }) {
			if (documents.length === 0) return;
			const operations = documents.map(
				({ id, revision }): WriteOperation =>
					unchanged === true
						? { kind: "delete", id, ifRevision: revision }
						: { kind: "delete", id },
			);
			const outcomes = await write(operations, context);
			assertWritten(outcomes.filter((outcome) => !isGone(outcome)));
		},
	};
}

/** Kuid to username, of those seen last. Bounded, and never trusted: see `byHint`. */
function createHints(max: number) {
	const usernames = new Map<string, string>();
	return {
		get: (kuid: string) => usernames.get(kuid),
		set(kuid: string, username: string): void {
			usernames.delete(kuid);
			usernames.set(kuid, username);
			const [oldest] = usernames.keys();
			if (usernames.size > max && oldest !== undefined)
				usernames.delete(oldest);
		},
	};
}

function assertWritten(outcomes: readonly WriteOutcome[]): WrittenDocument[] {
	return outcomes.map((outcome) => {
		if (!outcome.ok) throw outcome.error;
		return outcome;
	});
}

function isGone(outcome: WriteOutcome): boolean {
	return !outcome.ok && isErrorId(outcome.error, "services.storage.not_found");
}

function newestFirst(documents: readonly StoredDocument[]): StoredDocument[] {
	return [...documents].sort((a, b) => changedAt(b) - changedAt(a));
}

function changedAt({ content }: StoredDocument): number {
	const info = content._kuzzle_info as JsonObject | null | undefined;
	return Number(info?.updatedAt ?? info?.createdAt ?? 0);
}
