import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { VerifiedToken } from "../call/caller.ts";
import { createError, isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { Ids } from "../lib/ids.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Query } from "../search/query.ts";
import type { Storage, StoredDocument } from "../storage/storage.ts";
import { collections } from "./collections.ts";
import type { Invalidation } from "./invalidation.ts";
import type { Jwt, TokenClaims } from "./jwt.ts";
import { Memory } from "./memory.ts";

/** An API key as clients see it; its token is no part of it. */
export interface ApiKey {
	readonly _id: string;
	readonly _source: JsonObject;
}

export interface CreateApiKey {
	readonly kuid: string;
	/** The kuid of who makes it. */
	readonly author: string;
	readonly description: string;
	/** Milliseconds; -1 never expires. */
	readonly ttl: number;
	/** Absent: a random UUID. */
	readonly id?: string | undefined;
	readonly refresh: "wait_for" | false;
	readonly signal?: AbortSignal;
}

const TARGET = collections.apiKeys.target;
const REMEMBERED_MAX = 50_000;

/**
 * API keys. The token of a key is a JWT whose `jti` is the id of the key's document, so that no two are alike and one look-up by
 * id finds it: a realtime read, never a search (a search on Elasticsearch still finds a deleted key for a while). The document
 * holds the token's digest, not the token. What was found good is remembered until it is revoked.
 */
export class ApiKeys {
	readonly #storage: Storage;
	readonly #jwt: Jwt;
	readonly #clock: Clock;
	readonly #ids: Ids;
	readonly #invalidation: Invalidation;
	readonly #known: Memory<VerifiedToken>;
	readonly #rememberedMax: number;
	/** Which remembered tokens are of which key: revocation knows ids, not tokens. */
	readonly #textsById = new Map<string, Set<string>>();

	constructor(dependencies: {
		readonly storage: Storage;
		readonly jwt: Jwt;
		readonly clock: Clock;
		readonly ids: Ids;
		readonly invalidation: Invalidation;
		/** Keys found good that are remembered; default 50,000. */
		readonly rememberedMax?: number;
	}) {
		this.#storage = dependencies.storage;
		this.#jwt = dependencies.jwt;
		this.#clock = dependencies.clock;
		this.#ids = dependencies.ids;
		this.#invalidation = dependencies.invalidation;
		this.#rememberedMax = dependencies.rememberedMax ?? REMEMBERED_MAX;
		this.#known = new Memory(this.#rememberedMax);
		dependencies.invalidation.on("apiKey", (id) => this.#forget(id));
	}

	/** Answers the key with its token, which is shown this once. Rejects with `services.storage.document_already_exists` for a taken id. */
	async create(request: CreateApiKey): Promise<ApiKey> {
		const id = request.id ?? this.#ids.uuid();
		const now = this.#clock.now();
		const expiresAt = request.ttl === -1 ? -1 : now + request.ttl;
		const token = this.#jwt.sign(
			"apiKey",
			// The nonce keeps a key that is made anew under a deleted one's id, within the same second, from being that one.
			{
				_id: request.kuid,
				jti: id,
				nonce: randomBytes(9).toString("base64url"),
			},
			expiresAt,
		);
		const digest = digestOf(token);
		const source = {
			userId: request.kuid,
			description: request.description,
			expiresAt,
			ttl: request.ttl,
			fingerprint: digest,
			hash: digest,
			_kuzzle_info: {
				author: request.author,
				createdAt: now,
				updatedAt: null,
				updater: null,
			},
		};
		const [outcome] = await this.#storage.write(
			TARGET,
			[{ kind: "create", id, content: source }],
			{ refresh: request.refresh, signal: request.signal },
		);
		if (outcome?.ok !== true) throw outcome?.error ?? new Error("No outcome.");
		return { _id: id, _source: { ...source, token } };
	}

	/** The token, if it is known to be good; undefined otherwise. */
	peek(text: string): VerifiedToken | undefined {
		const known = this.#known.peek(text);
		if (known === undefined) return undefined;
		if (known.expiresAt !== -1 && known.expiresAt <= this.#clock.now()) {
			this.#known.forget(text);
			return undefined;
		}
		return known;
	}

	/** Rejects with `security.token.invalid`. */
	async verify(text: string, claims: TokenClaims): Promise<VerifiedToken> {
		const token = await this.#known.load(text, () => this.#read(text, claims));
		if (
			token === undefined ||
			(token.expiresAt !== -1 && token.expiresAt <= this.#clock.now())
		) {
			throw createError("security.token.invalid");
		}
		return token;
	}

	/** Only keys of that user; another's reads as missing. Once it resolves, the key is refused everywhere. */
	async delete(
		kuid: string,
		id: string,
		options: {
			readonly refresh: "wait_for" | false;
			readonly signal?: AbortSignal;
		},
	): Promise<void> {
		const document = await this.#storage.get(TARGET, id, options);
		if (document === null) {
			throw createError(
				"services.storage.not_found",
				id,
				TARGET.index,
				TARGET.collection,
			);
		}
		if (document.content.userId !== kuid) {
			throw createError("services.storage.not_found", id);
		}
		try {
			const [outcome] = await this.#storage.write(
				TARGET,
				[{ kind: "delete", id }],
				options,
			);
			if (outcome?.ok === false) throw outcome.error;
		} finally {
			await this.#invalidation.forget("apiKey", id);
		}
	}

	/** Every key of the user, however many. */
	async deleteAll(kuid: string): Promise<void> {
		// Keys made a moment ago may not be found by search yet.
		await this.#storage.refresh(TARGET);
		const pages = this.#storage.scan([TARGET], { query: ofUser(kuid) });
		for await (const page of pages) {
			await this.#deleteEach(page.map((hit) => hit.id));
		}
	}

	/** One page of the user's keys; `total` counts all that match. */
	async search(request: {
		readonly kuid: string;
		readonly query: Query;
		readonly from: number;
		readonly size: number;
		readonly signal?: AbortSignal;
	}): Promise<{ hits: ApiKey[]; total: number }> {
		const { hits, total } = await this.#storage.search(
			[TARGET],
			{
				query: {
					kind: "bool",
					must: [],
					filter: [ofUser(request.kuid), request.query],
					should: [],
					mustNot: [],
				},
				sort: [],
				from: request.from,
				size: request.size,
			},
			{ signal: request.signal },
		);
		return { hits: hits.map(toPublic), total };
	}

	/** Not with a caller's signal: others may wait for the same token. */
	async #read(
		text: string,
		claims: TokenClaims,
	): Promise<VerifiedToken | undefined> {
		const digest = digestOf(text);
		const ids =
			claims.jti === undefined
				? this.#findByDigest(claims._id, digest)
				: [claims.jti];
		for await (const id of ids) {
			// Noted before it is read: a revocation meanwhile must reach this load.
			this.#note(id, text);
			const document = await this.#storage.get(TARGET, id);
			if (document !== null && holds(document, claims._id, digest)) {
				return toToken(text, claims, document);
			}
			this.#unnote(id, text);
		}
		return undefined;
	}

	/**
	 * The ids of keys that Kuzzle made, whose tokens do not name their documents: all keys of the user, page by page. There may be
	 * several (Kuzzle's keys of one second are equal), and a search may still find deleted ones.
	 */
	async *#findByDigest(kuid: string, digest: string): AsyncIterable<string> {
		for await (const page of this.#storage.scan([TARGET], {
			query: ofUser(kuid),
		})) {
			for (const hit of page) if (holds(hit, kuid, digest)) yield hit.id;
		}
	}

	async #deleteEach(ids: readonly string[]): Promise<void> {
		try {
			const outcomes = await this.#storage.write(
				TARGET,
				ids.map((id) => ({ kind: "delete" as const, id })),
			);
			for (const outcome of outcomes) {
				if (
					!outcome.ok &&
					!isErrorId(outcome.error, "services.storage.not_found")
				) {
					throw outcome.error;
				}
			}
		} finally {
			await Promise.all(
				ids.map((id) => this.#invalidation.forget("apiKey", id)),
			);
		}
	}

	/** Bad tokens leave nothing behind: anybody can send them. */
	#unnote(id: string, text: string): void {
		const texts = this.#textsById.get(id);
		texts?.delete(text);
		if (texts?.size === 0) this.#textsById.delete(id);
	}

	#note(id: string, text: string): void {
		const texts = this.#textsById.get(id);
		if (texts !== undefined) {
			texts.add(text);
			return;
		}
		if (this.#textsById.size >= this.#rememberedMax) this.#forget(null);
		this.#textsById.set(id, new Set([text]));
	}

	#forget(id: string | null): void {
		if (id === null) {
			this.#known.clear();
			this.#textsById.clear();
			return;
		}
		for (const text of this.#textsById.get(id) ?? []) this.#known.forget(text);
		this.#textsById.delete(id);
	}
}

/** Its end is the JWT's, which is what counts in Kuzzle, or the document's where that is sooner (it is exact to the millisecond). */
function toToken(
	text: string,
	{ _id: kuid, exp }: TokenClaims,
	{ content: { expiresAt, ttl } }: StoredDocument,
): VerifiedToken {
	const ends = [
		...(exp === undefined ? [] : [exp * 1000]),
		...(typeof expiresAt === "number" && expiresAt !== -1 ? [expiresAt] : []),
	];
	return {
		text,
		kind: "apiKey",
		kuid,
		expiresAt: ends.length === 0 ? -1 : Math.min(...ends),
		ttl: typeof ttl === "number" ? ttl : -1,
	};
}

/** Lower-case hex SHA-256 of the token as given to the client, prefix included. */
export function digestOf(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}

function ofUser(kuid: string): Query {
	return { kind: "term", field: "userId", value: kuid, caseInsensitive: false };
}

function holds(
	document: StoredDocument,
	kuid: string,
	digest: string,
): boolean {
	const { userId, fingerprint, hash, token } = document.content;
	if (userId !== kuid) return false;
	if (typeof fingerprint === "string") return equal(fingerprint, digest);
	if (typeof hash === "string") return equal(hash, digest);
	// Databases of old versions hold the token itself.
	return typeof token === "string" && equal(digestOf(token), digest);
}

function equal(one: string, other: string): boolean {
	const a = Buffer.from(one);
	const b = Buffer.from(other);
	return a.length === b.length && timingSafeEqual(a, b);
}

function toPublic({ id, content }: StoredDocument): ApiKey {
	const { _kuzzle_info, token, ...source } = content;
	return { _id: id, _source: source };
}
