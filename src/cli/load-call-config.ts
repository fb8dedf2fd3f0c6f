import type { Setting } from "../config/sources.ts";
import { type LoadedConfig, loadConfig } from "../config.ts";
import { type Call, commands } from "./commands.ts";
import { UsageError } from "./usage-error.ts";

/** The configuration of a command line: its flags over the environment over files. */
export function loadCallConfig(call: Call): LoadedConfig {
	const { env, cwd, home } = call.world;
	const settings = [...namedSettings(call), ...freeSettings(call)];
	const configFile = call.flags.get("config")?.[0];
	return loadConfig({ flags: { configFile, settings }, env, cwd, home });
}

function namedSettings(call: Call): Setting[] {
	const flags = commands.find(({ name }) => name === call.command)?.flags ?? [];
	return flags.flatMap(({ name, sets = {} }) => {
		const given = call.flags.get(name)?.[0];
		if (given === undefined) return [];
		return Object.entries(sets).map(([path, fixed]) => ({
			flag: `--${name}`,
			path,
			value: fixed ?? given,
		}));
	});
}

function freeSettings(call: Call): Setting[] {
	return (call.flags.get("set") ?? []).map((text) => {
		const at = text.indexOf("=");
		if (at < 1)
			throw new UsageError(
				`--set wants KEY=VALUE, such as --set limits.loginsPerSecond=5.`,
				call.command,
			);
		const path = text.slice(0, at);
		return { flag: `--set ${path}`, path, value: text.slice(at + 1) };
	});
}
