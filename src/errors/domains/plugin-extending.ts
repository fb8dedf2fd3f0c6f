import { define, spaced } from "../define-error.ts";

/** The errors of what plugins add: strategies, controllers, authenticators. */
export const pluginExtendingErrors = {
	"plugin.strategy.invalid_description": define(
		0x04030001,
		"PluginImplementationError",
		(plugin: string, strategy: string) =>
			`The plugin "${plugin}" describes its strategy "${strategy}" wrongly: expected an object.`,
	),
	"plugin.strategy.invalid_methods": define(
		0x04030002,
		"PluginImplementationError",
		(plugin: string, strategy: string) =>
			`The strategy "${strategy}" of the plugin "${plugin}" must have an object "methods".`,
	),
	"plugin.strategy.invalid_method_type": define(
		0x04030003,
		"PluginImplementationError",
		(plugin: string, strategy: string, method: string) =>
			`The strategy "${strategy}" of the plugin "${plugin}" must give the method "${method}" as a text.`,
	),
	"plugin.strategy.missing_method_function": define(
		0x04030004,
		"PluginImplementationError",
		(plugin: string, method: string) =>
			`The plugin "${plugin}" names the method "${method}", but has no such function.`,
	),
	"plugin.strategy.invalid_config": define(
		0x04030005,
		"PluginImplementationError",
		(plugin: string, strategy: string) =>
			`The strategy "${strategy}" of the plugin "${plugin}" must have an object "config".`,
	),
	"plugin.strategy.unexpected_constructor": define(
		0x04030006,
		"PluginImplementationError",
		(strategy: string) =>
			`The strategy "${strategy}" gives both a constructor and an authenticator. Give the authenticator.`,
	),
	"plugin.strategy.invalid_constructor": define(
		0x04030007,
		"PluginImplementationError",
		(strategy: string) =>
			`The constructor of the strategy "${strategy}" must be a function.`,
	),
	"plugin.strategy.invalid_authenticator": define(
		0x04030008,
		"PluginImplementationError",
		(strategy: string, authenticator: string) =>
			`The authenticator "${authenticator}" of the strategy "${strategy}" must be given as a non-empty text.`,
	),
	"plugin.strategy.unknown_authenticator": define(
		0x04030009,
		"PluginImplementationError",
		(strategy: string, authenticator: string) =>
			`The strategy "${strategy}" uses an authenticator that does not exist: "${authenticator}".`,
	),
	"plugin.strategy.invalid_option": define(
		0x0403000a,
		"PluginImplementationError",
		(plugin: string, strategy: string, option: string) =>
			`The option "${option}" of the strategy "${strategy}" (plugin "${plugin}") must be an object.`,
	),
	"plugin.strategy.invalid_fields": define(
		0x0403000b,
		"PluginImplementationError",
		(plugin: string, strategy: string) =>
			`The strategy "${strategy}" of the plugin "${plugin}" must give its fields as an array of texts.`,
	),
	"plugin.strategy.invalid_definition": define(
		0x0403000c,
		"PluginImplementationError",
		(strategy: string) =>
			`The definition of the strategy "${strategy}" is invalid: expected an object.`,
	),
	"plugin.strategy.failed_registration": define(
		0x0403000d,
		"PluginImplementationError",
		(strategy: string, reason: string) =>
			`The strategy "${strategy}" cannot be registered: ${reason}`,
	),
	"plugin.strategy.invalid_verify_return": define(
		0x0403000e,
		"PluginImplementationError",
		(plugin: string, strategy: string) =>
			`The function "verify" of the strategy "${strategy}" (plugin "${plugin}") must answer a promise.`,
	),
	"plugin.strategy.invalid_verify_resolve": define(
		0x0403000f,
		"PluginImplementationError",
		(strategy: string) =>
			`The function "verify" of the strategy "${strategy}" must resolve to an object or to false.`,
	),
	"plugin.strategy.invalid_kuid": define(
		0x04030010,
		"PluginImplementationError",
		(plugin: string, strategy: string) =>
			`The strategy "${strategy}" of the plugin "${plugin}" answered an invalid user id: expected a text.`,
	),
	"plugin.strategy.unknown_kuid": define(
		0x04030011,
		"PluginImplementationError",
		(strategy: string) =>
			`The strategy "${strategy}" answered the id of a user who does not exist.`,
	),
	"plugin.strategy.unauthorized_removal": define(
		0x04030012,
		"PluginImplementationError",
		(strategy: string) =>
			`The strategy "${strategy}" belongs to another plugin and cannot be removed.`,
	),
	"plugin.strategy.strategy_not_found": define(
		0x04030013,
		"NotFoundError",
		(strategy: string) => `There is no strategy "${strategy}".`,
	),
	"plugin.strategy.missing_user": define(
		0x04030014,
		"UnauthorizedError",
		(reason: string) => `The login failed: ${reason}`,
	),
	"plugin.strategy.missing_optional_method": define(
		0x04030015,
		"PluginImplementationError",
		(strategy: string, method: string) =>
			`The strategy "${strategy}" does not offer "${method}".`,
	),
	"plugin.controller.invalid_description": define(
		0x04040001,
		"PluginImplementationError",
		(plugin: string, controller: string) =>
			`The plugin "${plugin}" describes its controller "${controller}" wrongly: expected an object.`,
	),
	"plugin.controller.invalid_action": define(
		0x04040002,
		"PluginImplementationError",
		(plugin: string, controller: string, action: string) =>
			`The action "${controller}:${action}" of the plugin "${plugin}" must be a function or the name of one.`,
	),
	"plugin.controller.unexpected_route_property": define(
		0x04040003,
		"PluginImplementationError",
		(plugin: string, route: string, property: string) =>
			`The route "${route}" of the plugin "${plugin}" has an unknown property "${property}".`,
	),
	"plugin.controller.invalid_route_property": define(
		0x04040004,
		"PluginImplementationError",
		(plugin: string, property: string) =>
			`A route of the plugin "${plugin}" must give "${property}" as a non-empty text.`,
	),
	"plugin.controller.undefined_controller": define(
		0x04040005,
		"PluginImplementationError",
		(plugin: string, controller: string, hint: string) =>
			`A route of the plugin "${plugin}" names a controller that does not exist: "${controller}".${spaced(hint)}`,
	),
	"plugin.controller.undefined_action": define(
		0x04040006,
		"PluginImplementationError",
		(plugin: string, action: string, hint: string) =>
			`A route of the plugin "${plugin}" names an action that does not exist: "${action}".${spaced(hint)}`,
	),
	"plugin.controller.unsupported_verb": define(
		0x04040007,
		"PluginImplementationError",
		(plugin: string, verb: string, hint: string) =>
			`A route of the plugin "${plugin}" uses an unsupported HTTP verb: "${verb}".${spaced(hint)}`,
	),
	"plugin.controller.unserializable_response": define(
		0x04040008,
		"PluginImplementationError",
		() => "The action answered something that cannot be written as JSON.",
	),
	"plugin.controller.invalid_action_response": define(
		0x04040009,
		"PluginImplementationError",
		(controller: string, action: string) =>
			`The action "${controller}:${action}" must answer a promise.`,
	),
	"plugin.controller.invalid_openapi_schema": define(
		0x0404000a,
		"PluginImplementationError",
		(controller: string, action: string, path: string, reason: string) =>
			`The OpenAPI definition of "${controller}:${action}" (${path}) is invalid: ${reason}`,
	),
	"plugin.context.missing_collection": define(
		0x04060001,
		"PluginImplementationError",
		() => "A repository needs the name of a collection.",
	),
	"plugin.context.unavailable_realtime": define(
		0x04060002,
		"PluginImplementationError",
		(action: string) =>
			`"${action}" needs a connection, and there is none here.`,
	),
	"plugin.context.invalid_user": define(
		0x04060003,
		"PluginImplementationError",
		() => "The user given is not a valid one.",
	),
	"plugin.context.invalid_callback": define(
		0x04060004,
		"PluginImplementationError",
		(given: string) => `A callback must be a function, and "${given}" is none.`,
	),
	"plugin.context.missing_request": define(
		0x04060005,
		"PluginImplementationError",
		() => "A request must be given.",
	),
	"plugin.context.missing_request_data": define(
		0x04060006,
		"PluginImplementationError",
		() => "The data of the request must be given.",
	),
	"plugin.context.invalid_event": define(
		0x04060007,
		"PluginImplementationError",
		(event: string) =>
			`"${event}" is not a valid event name: it may not hold a colon.`,
	),
	"plugin.context.missing_authenticator": define(
		0x04060008,
		"PluginImplementationError",
		(strategy: string, authenticator: string) =>
			`The strategy "${strategy}" needs the authenticator "${authenticator}", which does not exist.`,
	),
	"plugin.authenticators.not_an_object": define(
		0x04070001,
		"PluginImplementationError",
		(plugin: string) =>
			`The plugin "${plugin}" must give its authenticators as an object.`,
	),
	"plugin.authenticators.invalid_authenticator": define(
		0x04070002,
		"PluginImplementationError",
		(plugin: string, authenticator: string) =>
			`The authenticator "${authenticator}" of the plugin "${plugin}" must be a class.`,
	),
	"plugin.kuzzle-plugin-auth-passport-local.expired_password": define(
		0x04000001,
		"UnauthorizedError",
		() => "Your password has expired. Set a new one.",
	),
	"plugin.kuzzle-plugin-auth-passport-local.expired_token": define(
		0x04000002,
		"UnauthorizedError",
		() => "The password reset token has expired. Ask for a new one.",
	),
	"plugin.kuzzle-plugin-auth-passport-local.invalid_token": define(
		0x04000003,
		"BadRequestError",
		() => "The password reset token is invalid. Ask for a new one.",
	),
	"plugin.kuzzle-plugin-auth-passport-local.login_in_password": define(
		0x04000004,
		"BadRequestError",
		() => "The password may not hold the login. Choose another.",
	),
	"plugin.kuzzle-plugin-auth-passport-local.must_change_password": define(
		0x04000005,
		"UnauthorizedError",
		() => "Your password was set by an administrator. Set one of your own.",
	),
	"plugin.kuzzle-plugin-auth-passport-local.reused_password": define(
		0x04000006,
		"BadRequestError",
		() => "The password was used before. Choose a new one.",
	),
	"plugin.kuzzle-plugin-auth-passport-local.weak_password": define(
		0x04000007,
		"BadRequestError",
		() =>
			"The password is too weak for the policy in force. Choose a stronger one.",
	),
} as const;
