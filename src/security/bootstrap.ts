import { randomBytes } from "node:crypto";
import { isErrorId } from "../errors/gateway-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Log } from "../lib/log.ts";
import type { Storage } from "../storage/storage.ts";
import { collections, type OwnCollection } from "./collections.ts";
import { getOne, writeOne } from "./documents.ts";
import { openRights } from "./open-rights.ts";

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
	/** What a new database is given of them. */
	readonly specifications?: readonly BootstrapSpecification[];
	/** The configured secret; null: one is made and kept in the store. */
	readonly secret: string | null;
	/** The configured format; null: by who made the database. */
	readonly passwordFormat: PasswordFormat | null;
}

/** The specification of a collection, which need not be there. */
export interface BootstrapSpecification {
	readonly index: string;
	readonly collection: string;
	readonly validation: JsonObject;
}

export interface Bootstrapped {
	/** It was empty: nobody has an account yet. */
	readonly isNew: boolean;
	readonly secret: string;
	readonly passwordFormat: PasswordFormat;
}

/**
 * Makes sure of what the server keeps in its store: the private collections, the seeded rights, the secret. Each document is claimed by
 * creating it where it is absent and then read back, so that two nodes that start at once agree. Safe to run at every start.
 * What does not depend on each other is asked for at once, so that a store that writes in groups writes few of them.
 */
export async function bootstrap(
	options: BootstrapOptions,
): Promise<Bootstrapped> {
	const { storage } = options;
	await Promise.all(
		[...Object.values(collections), ...options.strategyCollections].map(
			({ target, definition }) => storage.createCollection(target, definition),
		),
	);
	const isNew =
		(await storage.get(collections.config.target, IDS.done)) === null;
	const [settings, secret] = await Promise.all([
		claim(options, IDS.settings, {
			// A database that was finished by another server is a Kuzzle's, and may be handed back to it.
			passwordFormat: isNew ? "portico" : "kuzzle",
		}),
		options.secret ?? claimSecret(options),
		...(isNew ? seed(options) : []),
	]);
	if (isNew) await finish(options);
	return {
		isNew,
		secret,
		passwordFormat:
			options.passwordFormat ??
			(settings.passwordFormat === "kuzzle" ? "kuzzle" : "portico"),
	};
}

/** A fresh database allows everything to everybody, as Kuzzle's does, until rights are restricted. */
function seed({
	storage,
	clock,
	specifications = [],
}: BootstrapOptions): Promise<void>[] {
	const now = clock.now();
	const metadata = {
		_kuzzle_info: {
			author: null,
			createdAt: now,
			updatedAt: now,
			updater: null,
		},
	};
	return [
		...openRights.flatMap(({ id, role, profile }) => [
			createIfAbsent(storage, collections.roles, id, { ...role, ...metadata }),
			createIfAbsent(storage, collections.profiles, id, {
				...profile,
				...metadata,
			}),
		]),
		...specifications.map((specification) =>
			createIfAbsent(
				storage,
				collections.validations,
				`${specification.index}#${specification.collection}`,
				{ ...specification, ...metadata },
			),
		),
		createIfAbsent(storage, collections.config, IDS.dataModelVersion, {
			version: DATA_MODEL_VERSION,
		}),
	];
}

/** After all the rest: a start that was cut short before this is done again by the next. */
async function finish({ storage, clock }: BootstrapOptions): Promise<void> {
	await createIfAbsent(storage, collections.config, IDS.done, {
		timestamp: clock.now(),
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
	const { target } = collections.config;
	const known = await storage.get(target, id);
	if (known !== null) return known.content;
	await createIfAbsent(storage, collections.config, id, content);
	return (await getOne(storage, target, id)).content;
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
