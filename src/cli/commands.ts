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
];
