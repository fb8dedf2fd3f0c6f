import { randomBytes } from "node:crypto";
import { isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Log } from "../lib/log.ts";
import type { Storage } from "../storage/storage.ts";
import { collections, type OwnCollection } from "./collections.ts";
import { getOne, writeOne } from "./documents.ts";

/** Ids of the documents in the collection `config`. The first three are Kuzzle's. */
const IDS = {
	done: "kuzzle.done",
	dataModelVersion: "internalIndex.dataModelVersion",
	secret: "security.jwt.secret",
	settings: "portico.settings",
} as const;
const DATA_MODEL_VERSION = "2.0.0";
/** As long as the ones that Kuzzle makes: 1024 hexadecimal characters. */
const SECRET_BYTES = 512;

export type PasswordFormat = "portico" | "kuzzle";

export interface BootstrapOptions {
	readonly storage: Storage;
	readonly clock: Clock;
	readonly log: Log;
	/** Collections of the login strategies. */
	readonly strategyCollections: readonly OwnCollection[];
	/** The configured secret; null: one is made and kept in the store. */
	readonly secret: string | null;
	/** The configured format; null: by who made the database. */
	readonly passwordFormat: PasswordFormat | null;
}

export interface Bootstrapped {
	readonly secret: string;
	readonly passwordFormat: PasswordFormat;
}

/**
 * Makes sure of what the server keeps in its store: the private collections, the seeded rights, the secret. Each document is claimed by
 * creating it where it is absent and then read back, so that two nodes that start at once agree. Safe to run at every start.
 */
export async function bootstrap(
	options: BootstrapOptions,
): Promise<Bootstrapped> {
	const { storage } = options;
	for (const { target, definition } of [
		...Object.values(collections),
		...options.strategyCollections,
	]) {
		await storage.createCollection(target, definition);
	}
	const done = await storage.get(collections.config.target, IDS.done);
	const settings = await claim(options, IDS.settings, {
		// A database that was finished by another server is a Kuzzle's, and may be handed back to it.
		passwordFormat: done === null ? "portico" : "kuzzle",
	});
	if (done === null) await seed(options);
	return {
		secret: options.secret ?? (await claimSecret(options)),
		passwordFormat:
			options.passwordFormat ??
			(settings.passwordFormat === "kuzzle" ? "kuzzle" : "portico"),
	};
}

/** A fresh database allows everything to everybody, as Kuzzle's does, until rights are restricted. */
async function seed(options: BootstrapOptions): Promise<void> {
	const { storage, clock } = options;
	const now = clock.now();
	const metadata = {
		_kuzzle_info: {
			author: null,
			createdAt: now,
			updatedAt: now,
			updater: null,
		},
	};
	for (const id of ["admin", "default", "anonymous"]) {
		await createIfAbsent(storage, collections.roles, id, {
			controllers: { "*": { actions: { "*": true } } },
			...metadata,
		});
		await createIfAbsent(storage, collections.profiles, id, {
			policies: [{ roleId: id }],
			rateLimit: 0,
			...metadata,
		});
	}
	await createIfAbsent(storage, collections.config, IDS.dataModelVersion, {
		version: DATA_MODEL_VERSION,
	});
	await createIfAbsent(storage, collections.config, IDS.done, {
		timestamp: now,
	});
}

async function claimSecret(options: BootstrapOptions): Promise<string> {
	const document = await claim(options, IDS.secret, {
		seed: randomBytes(SECRET_BYTES).toString("hex"),
	});
	const { seed: secret } = document;
	if (typeof secret === "string" && secret !== "") return secret;
	throw new Error(
		`The document "${IDS.secret}" of the collection "config" holds no secret. Restore it from a backup, or set security.authToken.secret.`,
	);
}

/** Of all who call this, one writes; all answer what that one wrote. */
async function claim(
	{ storage }: BootstrapOptions,
	id: string,
	content: JsonObject,
): Promise<JsonObject> {
	await createIfAbsent(storage, collections.config, id, content);
	return (await getOne(storage, collections.config.target, id)).content;
}

async function createIfAbsent(
	storage: Storage,
	{ target }: OwnCollection,
	id: string,
	content: JsonObject,
): Promise<void> {
	try {
		await writeOne(storage, target, { kind: "create", id, content });
	} catch (error) {
		if (!isErrorId(error, "services.storage.document_already_exists")) {
			throw error;
		}
	}
}
