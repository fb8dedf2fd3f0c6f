import type { World } from "./world.ts";

/** A flag of a command. */
export interface Flag {
	readonly name: string;
	/** What stands for its value in the help; without it the flag takes none. */
	readonly value?: string;
	readonly repeats?: boolean;
	readonly doc: string;
	/** Configuration keys that it sets: to its value, or to the text given here. */
	readonly sets?: Readonly<Record<string, string | null>>;
}

/** A command line after parsing. */
export interface Call {
	readonly command: string;
	readonly flags: ReadonlyMap<string, readonly string[]>;
	readonly arguments: readonly string[];
	readonly world: World;
}

export interface Command {
	/** One or more words: "admin create". */
	readonly name: string;
	readonly summary: string;
	readonly details?: string;
	/** Their names; one in brackets may be left out. */
	readonly arguments: readonly string[];
	readonly flags: readonly Flag[];
	/** Answers the exit status. Its code is loaded only when it runs. */
	readonly run: (call: Call) => Promise<number>;
}

/** Flags that stand after any command, or alone. */
export const globalFlags: readonly Flag[] = [
	{ name: "help", doc: "Show this help." },
	{ name: "version", doc: "Show the version." },
	{ name: "debug", doc: "Show the stack of an error." },
];

const configFlags: readonly Flag[] = [
	{
		name: "data",
		value: "FOLDER",
		doc: "Folder of the embedded store (server.dataFolder).",
		sets: { "server.dataFolder": null },
	},
	{
		name: "elasticsearch",
		value: "URL",
		doc: "Keep documents in the Elasticsearch at this address.",
		sets: {
			"services.storageEngine.backend": "elasticsearch",
			"services.storageEngine.client.node": null,
		},
	},
	{ name: "config", value: "FILE", doc: "Read this configuration file too." },
	{
		name: "log-level",
		value: "LEVEL",
		doc: "debug, info, warn, error or silent (server.appLogs.level).",
		sets: { "server.appLogs.level": null },
	},
	{
		name: "set",
		value: "KEY=VALUE",
		repeats: true,
		doc: "Set any configuration key, such as limits.loginsPerSecond=5. May be repeated.",
	},
];

const listenFlags: readonly Flag[] = [
	{
		name: "port",
		value: "PORT",
		doc: "Port of HTTP and WebSocket (server.port); 0 for any free one.",
		sets: { "server.port": null },
	},
	{
		name: "host",
		value: "ADDRESS",
		doc: "Address to listen on (server.host).",
		sets: { "server.host": null },
	},
];

const passwordFlag: Flag = {
	name: "password-file",
	value: "FILE",
	doc: "Read the password from this file.",
};

const PASSWORD_DETAILS = `The password is asked for, twice, without showing it. It may also stand in the file of --password-file or in the
environment variable PORTICO_ADMIN_PASSWORD. It is never an argument, since other users of a machine can read those.

With the embedded store, stop the server first: one process at a time may use a data folder.`;

const quietFlag: Flag = {
	name: "quiet",
	doc: "Do not show how far it is.",
};
const overwriteFlag: Flag = {
	name: "force",
	doc: "Overwrite the file if it exists.",
};

const EXPORT_DETAILS = `Writes mappings, settings, users, credentials, roles, profiles, keys, the secret that signs tokens, specifications and
documents to FILE, as lines of JSON compressed by gzip, mode 0600; to standard output without FILE or with "-". A checksum
ends it, so that an import sees whether it is whole. Login tokens are not in it: users log in again.

With the embedded store, stop the server first: one process at a time may use a data folder. Elasticsearch may be in use.`;

const IMPORT_DETAILS = `Reads what portico export wrote, from standard input without FILE or with "-", into a new store or one in use by nobody. A file
is checked as a whole before anything is written. A document that is there already, with the same content, is left alone:
an import that was interrupted is finished by running it again.

A new store should not have been started on before: the start makes users' rights and a secret of its own, which conflict.`;

const MOVE_DETAILS = `Copies everything straight from one store to the other and compares both at the end. The source is never changed or deleted.
An interrupted move is finished by running it again. Stop every server on both stores first.

The secret that signs tokens moves too: API keys go on working, and so do logins while the data folder (or Redis) stays.`;

export const commands: readonly Command[] = [
	{
		name: "start",
		summary: "Serve HTTP and WebSocket until Ctrl-C.",
		details: "Flags win over the environment, and that over files.",
		arguments: [],
		flags: [...listenFlags, ...configFlags],
		run: async (call) => (await import("./start.ts")).start(call),
	},
	{
		name: "config",
		summary: "Print the configuration in force as JSON, secrets masked.",
		details:
			"Warnings go to standard error. Wrong values are all named, and the exit status is then 1.",
		arguments: [],
		flags: [...listenFlags, ...configFlags],
		run: async (call) => (await import("./show-config.ts")).showConfig(call),
	},
	{
		name: "admin create",
		summary: "Create an administrator, straight in the store.",
		details: PASSWORD_DETAILS,
		arguments: [],
		flags: [
			{
				name: "id",
				value: "KUID",
				doc: "Id of the user; one is made up without it.",
			},
			{
				name: "username",
				value: "NAME",
				doc: "Name to log in with; admin without it.",
			},
			{
				name: "reset",
				doc: "Also restrict what everybody else may do, as a server in use should.",
			},
			{
				name: "unless-exists",
				doc: "Change nothing where there is an administrator already.",
			},
			passwordFlag,
			...configFlags,
		],
		run: async (call) => (await import("./admin.ts")).createAdmin(call),
	},
	{
		name: "admin reset-password",
		summary: "Give a user a new password, straight in the store.",
		details: PASSWORD_DETAILS,
		arguments: ["USERNAME"],
		flags: [passwordFlag, ...configFlags],
		run: async (call) => (await import("./admin.ts")).resetPassword(call),
	},
	{
		name: "export",
		summary: "Write a whole store, or a part of it, to a file.",
		details: EXPORT_DETAILS,
		arguments: ["[FILE]"],
		flags: [
			{
				name: "without-securities",
				doc: "Leave out users, credentials, rights, keys and the secret.",
			},
			{
				name: "index",
				value: "INDEX",
				doc: "Only this index, and no securities.",
			},
			{
				name: "collection",
				value: "COLLECTION",
				doc: "Only this collection of it.",
			},
			overwriteFlag,
			quietFlag,
			...configFlags,
		],
		run: async (call) => (await import("./export.ts")).exportStore(call),
	},
	{
		name: "import",
		summary: "Read what export wrote into a store.",
		details: IMPORT_DETAILS,
		arguments: ["[FILE]"],
		flags: [
			{
				name: "on-conflict",
				value: "POLICY",
				doc: "What becomes of a document of another content under the same id: fail (stop there; the default), skip (it stays) or replace.",
			},
			quietFlag,
			...configFlags,
		],
		run: async (call) => (await import("./import.ts")).importStore(call),
	},
	{
		name: "move",
		summary: "Copy everything from one kind of store to the other.",
		details: MOVE_DETAILS,
		arguments: [],
		flags: [
			{ name: "from", value: "STORE", doc: "sqlite or elasticsearch." },
			{ name: "to", value: "STORE", doc: "The other one." },
			{
				name: "verify",
				value: "HOW",
				doc: "full compares every document at the end (the default), sample every twentieth; both count all.",
			},
			quietFlag,
			...configFlags,
		],
		run: async (call) => (await import("./move.ts")).move(call),
	},
	{
		name: "backup",
		summary: "Copy the embedded store to a file, while a server uses it.",
		details:
			"The copy is of one moment, checked, mode 0600, and has its name only once it is whole.",
		arguments: ["FILE"],
		flags: [overwriteFlag, ...configFlags],
		run: async (call) => (await import("./embedded-database.ts")).backup(call),
	},
	{
		name: "restore",
		summary: "Put a backup into a data folder.",
		details: "The backup is checked first. No server may use the folder.",
		arguments: ["FILE"],
		flags: [
			{
				name: "force",
				doc: "Replace the store that is there; it is kept under another name.",
			},
			...configFlags,
		],
		run: async (call) =>
			(await import("./embedded-database.ts")).restoreBackup(call),
	},
	{
		name: "check",
		summary: "Tell whether the embedded store is sound.",
		details:
			"Looks through the file, and compares every document with what it is found by. It may run beside a server. The exit status is 1 when something is wrong.",
		arguments: [],
		flags: configFlags,
		run: async (call) => (await import("./embedded-database.ts")).check(call),
	},
];
