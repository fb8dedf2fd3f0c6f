import assert from "node:assert/strict";
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import jsonwebtoken from "jsonwebtoken";
import type { Namespace } from "../support/elasticsearch-namespace.ts";

/*
 * What Kuzzle 2.56 leaves in Elasticsearch (the storage facts, §4 and §5), written straight into it, without any code of ours: names,
 * aliases, mappings, documents.
 */

export const SECRET = randomBytes(512).toString("hex");
export const PASSWORD = "a pass phrase of old";
const LOCAL = "plugin-kuzzle-plugin-auth-passport-local";

const keyword = { type: "keyword" };
const info = {
	_kuzzle_info: {
		properties: {
			author: keyword,
			createdAt: { type: "date" },
			updatedAt: { type: "date" },
			updater: keyword,
		},
	},
};
const password = {
	kuid: keyword,
	userPassword: keyword,
	userSalt: keyword,
	algorithm: keyword,
	encryption: keyword,
	updater: keyword,
	stretching: { type: "boolean" },
	pepper: { type: "boolean" },
};

/** Index, collection, mapped fields. */
const COLLECTIONS: readonly (readonly [string, string, object])[] = [
	["kuzzle", "users", { profileIds: keyword }],
	[
		"kuzzle",
		"profiles",
		{
			tags: keyword,
			policies: {
				properties: {
					roleId: keyword,
					restrictedTo: {
						type: "nested",
						properties: { index: keyword, collections: keyword },
					},
				},
			},
		},
	],
	[
		"kuzzle",
		"roles",
		{ tags: keyword, controllers: { type: "object", dynamic: "false" } },
	],
	["kuzzle", "config", {}],
	[
		"kuzzle",
		"api-keys",
		{
			userId: keyword,
			hash: keyword,
			description: { type: "text" },
			expiresAt: { type: "long" },
			ttl: keyword,
			token: keyword,
		},
	],
	[LOCAL, "users", password],
	[LOCAL, "config", { resetTokenSecret: keyword }],
];

type Scheme = "stretched" | "hmac" | "hash" | "unsalted";
/** By user: each way in which the local plugin can have hashed. */
export const USERS: Readonly<Record<string, Scheme>> = {
	root: "stretched",
	ann: "hmac",
	bob: "hash",
	eve: "unsalted",
};

export class KuzzleDatabase {
	readonly #namespace: Namespace;

	constructor(namespace: Namespace) {
		this.#namespace = namespace;
	}

	async write(keys: readonly { id: string; token: string }[]): Promise<void> {
		for (const [index, collection, properties] of COLLECTIONS) {
			const indice = this.indice(index, collection);
			await this.#send("PUT", indice, {
				settings: { number_of_shards: 1, number_of_replicas: 0 },
				mappings: { dynamic: "false", properties: { ...info, ...properties } },
				aliases: { [`@${indice}`]: {} },
			});
		}
		const put = (collection: string, id: string, content: object) =>
			this.put("kuzzle", collection, id, content);
		await this.#writeRights(put);
		await put("config", "kuzzle.done", { timestamp: 1_700_000_000_000 });
		await put("config", "internalIndex.dataModelVersion", { version: "2.0.0" });
		await put("config", "security.jwt.secret", { seed: SECRET });
		for (const [kuid, scheme] of Object.entries(USERS)) {
			const profileIds = [kuid === "root" ? "admin" : "default"];
			await put("users", kuid, { profileIds, name: kuid, ...metadata() });
			const credentials = { kuid, ...hash(scheme), updater: null };
			await this.put(LOCAL, "users", `login-${kuid}`, credentials);
		}
		for (const { id, token } of keys) {
			await put("api-keys", id, {
				userId: "root",
				description: id,
				expiresAt: -1,
				ttl: -1,
				fingerprint: createHash("sha256").update(token).digest("hex"),
				...metadata(),
			});
		}
	}

	/** The name of the collection's indice. */
	indice(index: string, collection: string): string {
		return `${this.#namespace.name}%${index}.${collection}`;
	}

	put(index: string, collection: string, id: string, content: object) {
		const indice = this.indice(index, collection);
		return this.#send("PUT", indice, content, `/_doc/${id}?refresh=true`);
	}

	async get(
		index: string,
		collection: string,
		id: string,
	): Promise<Record<string, unknown>> {
		const alias = `@${this.indice(index, collection)}`;
		const { _source } = await this.#send(
			"GET",
			alias,
			undefined,
			`/_doc/${id}`,
		);
		return _source as Record<string, unknown>;
	}

	/** Each indice of the database with its aliases. */
	async aliases(): Promise<Record<string, string[]>> {
		const all = await this.#send(
			"GET",
			`*${this.#namespace.name}*`,
			undefined,
			"/_alias",
		);
		return Object.fromEntries(
			Object.entries(all).map(([indice, value]) => [
				indice,
				Object.keys((value as { aliases: object }).aliases),
			]),
		);
	}

	async #writeRights(
		put: (collection: string, id: string, content: object) => Promise<unknown>,
	): Promise<void> {
		const all = { "*": { actions: { "*": true } } };
		const some = { auth: { actions: { "*": true } } };
		const ids = { admin: all, default: some, anonymous: some };
		for (const [id, controllers] of Object.entries(ids)) {
			await put("roles", id, { controllers, ...metadata() });
			const policies = [{ roleId: id }];
			await put("profiles", id, { policies, rateLimit: 0, ...metadata() });
		}
	}

	async #send(
		method: string,
		name: string,
		body: object | undefined,
		rest = "",
	): Promise<Record<string, unknown>> {
		const url = new URL(
			`/${encodeURIComponent(name)}${rest}`,
			this.#namespace.url,
		);
		const response = await fetch(url, {
			method,
			headers: { "content-type": "application/json" },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const answer = (await response.json()) as Record<string, unknown>;
		assert.ok(response.ok, JSON.stringify(answer));
		return answer;
	}
}

/** A key's token; Kuzzle's has no `jti`. Two of one second would be equal, so that each has its own second here. */
export function keyOf(kuid: string, iat: number, jti?: string): string {
	const claims = { _id: kuid, iat, ...(jti === undefined ? {} : { jti }) };
	return `kapikey-${jsonwebtoken.sign(claims, SECRET)}`;
}

function metadata(): object {
	const createdAt = 1_700_000_000_000;
	return {
		_kuzzle_info: { author: null, createdAt, updatedAt: null, updater: null },
	};
}

/** As the local plugin does, in its own words (the security facts, §5). */
function hash(scheme: Scheme): object {
	const userSalt =
		scheme === "unsalted" ? "" : randomBytes(128).toString("hex");
	const key = {
		stretched: () => pbkdf2Sync(PASSWORD, userSalt, 10_000, 512, "sha512"),
		hmac: () => createHmac("sha512", userSalt).update(PASSWORD).digest(),
		hash: () => createHash("sha512").update(`${userSalt}:${PASSWORD}`).digest(),
		unsalted: () => createHash("sha512").update(PASSWORD).digest(),
	}[scheme]();
	return {
		userPassword: key.toString("hex"),
		userSalt,
		algorithm: "sha512",
		stretching: scheme === "stretched",
		pepper: false,
		encryption: scheme === "hash" || scheme === "unsalted" ? "hash" : "hmac",
	};
}
