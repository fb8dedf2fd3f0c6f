import type { Key, KeyGroup } from "./key.ts";
import { http } from "./keys/http.ts";
import { limits } from "./keys/limits.ts";
import { notHonouredYet } from "./keys/not-honoured-yet.ts";
import { plugins } from "./keys/plugins.ts";
import { security } from "./keys/security.ts";
import { server } from "./keys/server.ts";
import { services } from "./keys/services.ts";
import { validation } from "./keys/validation.ts";

/**
 * The one table of configuration keys. Defaults, checks, the type `Config`, warnings and docs/configuration.md all
 * come from it. A path in it is a path of the configuration file.
 */
export const keys = {
	server,
	http,
	limits,
	security,
	services,
	plugins,
	validation,
	...notHonouredYet,
} satisfies KeyGroup;

type Values<T> = {
	readonly [Name in keyof T as Name extends "*"
		? never
		: Name]: T[Name] extends Key<infer Value> ? Value : Values<T[Name]>;
};

type Partially<T> = {
	readonly [Name in keyof T as Name extends "*"
		? never
		: Name]?: T[Name] extends Key<infer Value>
		? Value extends object
			? Partial<Value>
			: Value
		: Partially<T[Name]>;
};

/** The configuration in force: complete, checked, never changed after the start. Reach a key by its path: `config.security.authToken.expiresIn`. */
export interface Config extends Values<typeof keys> {}

/** Some keys of a configuration. */
export interface ConfigOverrides extends Partially<typeof keys> {}
