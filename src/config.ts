import { ConfigError } from "./config/config-error.ts";
import { copyFrozen } from "./config/copy-frozen.ts";
import { type Config, type ConfigOverrides, keys } from "./config/keys.ts";
import { resolve } from "./config/resolve.ts";
import { checkRules, listConcerns } from "./config/rules.ts";
import {
	type ConfigInputs,
	gatherSources,
	type Source,
} from "./config/sources.ts";
import { maskValue } from "./lib/mask-secrets.ts";

export {
	type CacheChoice,
	chooseCache,
	chooseStorage,
	type StorageChoice,
} from "./config/choices.ts";
export { ConfigError } from "./config/config-error.ts";
export type { Config, ConfigOverrides } from "./config/keys.ts";

export interface LoadedConfig {
	readonly config: Config;
	/** Where each key that somebody set was set, by its full path. */
	readonly given: ReadonlyMap<string, string>;
	/** Sentences for the operator: unknown keys, keys not honoured yet, weak values. */
	readonly warnings: readonly string[];
}

/**
 * Defaults, then files, then the environment, then flags, then `overrides`; later ones win.
 * Throws a `ConfigError` that names every wrong value. Reads files and nothing else of the world.
 */
export function loadConfig(
	inputs: ConfigInputs & { overrides?: ConfigOverrides },
): LoadedConfig {
	const { sources, issues } = gatherSources(inputs);
	if (inputs.overrides !== undefined) sources.push(fromCode(inputs.overrides));
	const resolved = resolve(keys, sources);
	const mistakes = [...issues, ...resolved.issues];
	if (resolved.issues.length > 0) throw new ConfigError(mistakes);
	// The table says what `resolve` puts at each path, so its tree has the type derived from that table.
	const values = resolved.values as unknown as Config;
	const config = preferGivenNodes(values, resolved.given);
	mistakes.push(...checkRules(config, resolved.given));
	if (mistakes.length > 0) throw new ConfigError(mistakes);
	const frozen = copyFrozen(config);
	givenKeys.set(frozen, resolved.given);
	return {
		config: frozen,
		given: resolved.given,
		warnings: [...resolved.warnings, ...listConcerns(config)],
	};
}

/** Which keys were given, by configuration: which store is chosen depends on it, and an application holds nothing but the configuration. */
const givenKeys = new WeakMap<Config, ReadonlyMap<string, string>>();

/** Where each key that somebody set was set, of a configuration that was made here. */
export function givenOf(config: Config): ReadonlyMap<string, string> {
	return givenKeys.get(config) ?? new Map();
}

/** A checked configuration from code alone: defaults and what is given here. Throws a `ConfigError`. */
export function createConfig(overrides: ConfigOverrides = {}): Config {
	return loadConfig({ overrides }).config;
}

/** The configuration for a person's eyes: every secret masked, also passwords in URLs. */
export function maskConfig(config: Config): unknown {
	return maskValue(config);
}

const CLIENT_PREFIX = "services.storageEngine.client.";

function fromCode(values: ConfigOverrides): Source {
	return { name: "code", textOnly: false, values };
}

/** The client takes `node` before `nodes` and `cloud`: our default for it must not win over what somebody gave. */
function preferGivenNodes(
	config: Config,
	given: ReadonlyMap<string, string>,
): Config {
	const { client } = config.services.storageEngine;
	const others = "nodes" in client || "cloud" in client;
	if (!others || given.has(`${CLIENT_PREFIX}node`)) return config;
	const { node: _default, ...rest } = client;
	const storageEngine = { ...config.services.storageEngine, client: rest };
	return { ...config, services: { ...config.services, storageEngine } };
}
