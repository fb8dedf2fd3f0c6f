import { define, spaced, type Text } from "../define-error.ts";

/** The errors of plugins being loaded and run. */
export const pluginLoadingErrors = {
	"plugin.assert.invalid_plugins_dir": define(
		0x04010001,
		"InternalError",
		(folder: string, reason: string) =>
			`The plugin folder "${folder}" cannot be used: ${reason}`,
	),
	"plugin.assert.cannot_load": define(
		0x04010002,
		"PluginImplementationError",
		(plugin: string, reason: string) =>
			`The plugin "${plugin}" cannot be loaded: ${reason}`,
	),
	"plugin.assert.invalid_hook": define(
		0x04010003,
		"PluginImplementationError",
		(plugin: string, hook: string, reason: string) =>
			`The plugin "${plugin}" declares an invalid hook "${hook}": ${reason}`,
	),
	"plugin.assert.invalid_pipe": define(
		0x04010004,
		"PluginImplementationError",
		(plugin: string, pipe: string, reason: string) =>
			`The plugin "${plugin}" declares an invalid pipe "${pipe}": ${reason}`,
	),
	"plugin.assert.init_not_found": define(
		0x04010005,
		"PluginImplementationError",
		(plugin: string) => `The plugin "${plugin}" has no method "init".`,
	),
	"plugin.assert.privileged_not_supported": define(
		0x04010006,
		"PluginImplementationError",
		(plugin: string) =>
			`The plugin "${plugin}" is configured as privileged, but does not ask for it in its manifest.`,
	),
	"plugin.assert.privileged_not_set": define(
		0x04010007,
		"PluginImplementationError",
		(plugin: string) =>
			`The plugin "${plugin}" needs to be privileged. Allow it in the configuration.`,
	),
	"plugin.assert.not_a_constructor": define(
		0x04010008,
		"PluginImplementationError",
		(plugin: string) => `The plugin "${plugin}" must be a class.`,
	),
	"plugin.assert.name_already_exists": define(
		0x04010009,
		"PluginImplementationError",
		(plugin: string) => `A plugin named "${plugin}" is loaded already.`,
	),
	"plugin.assert.invalid_plugin_name": define(
		0x0401000a,
		"PluginImplementationError",
		(plugin: string) =>
			`"${plugin}" is not a valid plugin name. Use lower-case letters, digits, hyphens and underscores.`,
	),
	"plugin.assert.no_name_provided": define(
		0x0401000b,
		"PluginImplementationError",
		() => "A plugin needs a name.",
	),
	"plugin.assert.invalid_controller_definition": define(
		0x0401000c,
		"PluginImplementationError",
		(controller: string, reason: string) =>
			`The definition of the controller "${controller}" is invalid: ${reason}`,
	),
	"plugin.assert.invalid_application_name": define(
		0x0401000d,
		"PluginImplementationError",
		(name: string) =>
			`"${name}" is not a valid application name. Use lower-case letters, digits, hyphens and underscores.`,
	),
	"plugin.assert.duplicated_api_definition": define(
		0x0401000e,
		"PluginImplementationError",
		() => "The API of the application is declared twice. Keep one declaration.",
	),
	"plugin.assert.plugin_not_found": define(
		0x0401000f,
		"NotFoundError",
		(plugin: string, hint: string) =>
			`There is no plugin "${plugin}".${spaced(hint)}`,
	),
	"plugin.assert.invalid_openapi_schema": define(
		0x04010010,
		"PluginImplementationError",
		(name: string) => `The OpenAPI definition "${name}" is invalid.`,
	),
	"plugin.runtime.failed_init": define(
		0x04020001,
		"PluginImplementationError",
		(plugin: string) =>
			`The start of the plugin "${plugin}" failed or took too long.`,
	),
	"plugin.runtime.unexpected_error": define(
		0x04020002,
		"PluginImplementationError",
		(reason: string) => `An action or plugin failed unexpectedly: ${reason}`,
	),
	"plugin.runtime.pipe_timeout": define(
		0x04020003,
		"GatewayTimeoutError",
		(plugin: string, pipe: string, limit: Text) =>
			`The pipe "${pipe}" of the plugin "${plugin}" did not finish within ${limit}.`,
	),
	"plugin.runtime.too_many_pipes": define(
		0x04020004,
		"ServiceUnavailableError",
		() => "Too many pipes wait to run. Try again later.",
	),
	"plugin.runtime.already_started": define(
		0x04020005,
		"PluginImplementationError",
		(name: string) =>
			`"${name}" can only be used before the application has started.`,
	),
	"plugin.runtime.unavailable_before_start": define(
		0x04020006,
		"PluginImplementationError",
		(name: string) =>
			`"${name}" can only be used once the application has started.`,
	),
	"plugin.runtime.unknown_pipe": define(
		0x04020007,
		"PluginImplementationError",
		(pipe: string) => `There is no pipe "${pipe}".`,
	),
	"plugin.runtime.unexpected_installation_error": define(
		0x04020008,
		"PluginImplementationError",
		(installation: string, reason: string) =>
			`The installation "${installation}" failed: ${reason}`,
	),
	"plugin.runtime.incompatible": define(
		0x04020009,
		"PluginImplementationError",
		(plugin: string, required: string) =>
			`The plugin "${plugin}" does not work with this server: it needs ${required}.`,
	),
	"plugin.manifest.cannot_load": define(
		0x04050001,
		"PluginImplementationError",
		(path: string, reason: string) =>
			`The manifest "${path}" cannot be loaded: ${reason}`,
	),
	"plugin.manifest.version_mismatch": define(
		0x04050002,
		"PluginImplementationError",
		(plugin: string, required: string, current: string) =>
			`The plugin "${plugin}" needs the server version ${required}, and this is ${current}.`,
	),
	"plugin.manifest.invalid_name_type": define(
		0x04050003,
		"PluginImplementationError",
		(path: string) =>
			`The manifest "${path}" must give its name as a non-empty text.`,
	),
	"plugin.manifest.invalid_name": define(
		0x04050004,
		"PluginImplementationError",
		(path: string) =>
			`The manifest "${path}" has an invalid name. Use lower-case letters, digits, hyphens and underscores.`,
	),
	"plugin.manifest.missing_name": define(
		0x04050005,
		"PluginImplementationError",
		(path: string) => `The manifest "${path}" has no name.`,
	),
	"plugin.manifest.invalid_errors": define(
		0x04050006,
		"PluginImplementationError",
		(path: string, reason: string) =>
			`The manifest "${path}" declares invalid errors: ${reason}`,
	),
	"plugin.manifest.invalid_privileged": define(
		0x04050007,
		"PluginImplementationError",
		(path: string, value: string) =>
			`The manifest "${path}" must give "privileged" as a boolean, and gives ${value}.`,
	),
	"plugin.manifest.missing_package": define(
		0x04050008,
		"PluginImplementationError",
		(path: string) => `There is no package.json in "${path}".`,
	),
	"plugin.manifest.missing_package_name": define(
		0x04050009,
		"PluginImplementationError",
		(path: string) => `The package.json of "${path}" has no name.`,
	),
	"plugin.manifest.missing_version": define(
		0x0405000a,
		"PluginImplementationError",
		(path: string) => `The package.json of "${path}" has no version.`,
	),
} as const;
