import { chooseCache, chooseStorage, type LoadedConfig } from "../config.ts";
import type { Gateway } from "../gateway.ts";
import { createPinoLog, type LogLevel } from "../lib/pino-log.ts";
import type { Call } from "./commands.ts";
import { loadCallConfig } from "./load-call-config.ts";
import { loadGateway } from "./load-gateway.ts";
import { askPassword, readGivenPassword } from "./password.ts";

/** `portico admin create` */
export async function createAdmin(call: Call): Promise<number> {
	const username = call.flags.get("username")?.[0] ?? "admin";
	const kuid = call.flags.get("id")?.[0];
	const reset = call.flags.has("reset");
	const unlessExists = call.flags.has("unless-exists");
	return await onStore(call, async (gateway, password) => {
		if (unlessExists && (await gateway.adminExists()))
			return "There is an administrator already: nothing was changed.";
		const admin = {
			username,
			password,
			reset,
			...(kuid === undefined ? {} : { kuid }),
		};
		const created = await gateway.createAdmin(admin);
		const restricted = gateway.status().rightsRestricted
			? ""
			: "\nRights are not restricted yet: anyone may still do everything. security:restrictDefaultRights restricts them.";
		return `Administrator ${username} (id ${created.kuid}) was created.${restricted}`;
	});
}

/** `portico admin reset-password` */
export async function resetPassword(call: Call): Promise<number> {
	const [username = ""] = call.arguments;
	return await onStore(call, async (gateway, password) => {
		await gateway.resetPassword({ username, password });
		return `${username} has a new password.`;
	});
}

/** Opens the store before it asks, so that nobody types a password for a store that is in use. */
async function onStore(
	call: Call,
	work: (gateway: Gateway, password: string) => Promise<string>,
): Promise<number> {
	const loaded = loadCallConfig(call);
	const { stdout, stderr } = call.world;
	for (const warning of loaded.warnings) stderr.write(`Warning: ${warning}\n`);
	const given = readGivenPassword(call);
	const log = createPinoLog({
		level: logLevel(loaded),
		readable: true,
		write: (line) => stderr.write(line),
	});
	const gateway = await loadGateway({
		config: loaded.config,
		choice: chooseStorage(loaded),
		cacheChoice: chooseCache(loaded),
		log,
	});
	try {
		await gateway.open();
		stdout.write(
			`${await work(gateway, given ?? (await askPassword(call)))}\n`,
		);
		return 0;
	} finally {
		await gateway.close();
	}
}

/** A command answers by its own words: it logs what somebody asked for, else errors only. */
function logLevel({ config, given }: LoadedConfig): LogLevel {
	return given.has("server.appLogs.level")
		? config.server.appLogs.level
		: "error";
}
