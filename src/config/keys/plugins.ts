import { boolean, notYet } from "../key.ts";

const LOCAL_STRATEGY = "Option of the local strategy.";
const PLUGINS = "Plugins.";

export const plugins = {
	common: {
		failsafeMode: boolean({
			default: false,
			doc: "Whether only administrators may call the API.",
		}),
		bootstrapLockTimeout: notYet(30_000, PLUGINS),
		pipeWarnTime: notYet(500, PLUGINS),
		initTimeout: notYet(10_000, PLUGINS),
		maxConcurrentPipes: notYet(50, PLUGINS),
		pipesBufferSize: notYet(50_000, PLUGINS),
		include: notYet(["kuzzle-plugin-auth-passport-local"], PLUGINS),
	},
	"kuzzle-plugin-auth-passport-local": {
		algorithm: notYet("sha512", LOCAL_STRATEGY),
		stretching: notYet(true, LOCAL_STRATEGY),
		digest: notYet("hex", LOCAL_STRATEGY),
		encryption: notYet("hmac", LOCAL_STRATEGY),
		requirePassword: notYet(false, LOCAL_STRATEGY),
		resetPasswordExpiresIn: notYet(-1, LOCAL_STRATEGY),
		passwordPolicies: notYet([], LOCAL_STRATEGY),
	},
	"*": notYet({}, "Options of a plugin."),
};
