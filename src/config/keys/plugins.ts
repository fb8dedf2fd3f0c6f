import { boolean, duration, listOf, notYet, oneOf } from "../key.ts";
import {
	type PasswordPolicy,
	passwordPoliciesExpected,
	readPasswordPolicies,
} from "../password-policies.ts";

const KUZZLE_FORMAT =
	"Used where new passwords are hashed as Kuzzle does (`security.passwordFormat`).";
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
		algorithm: oneOf({
			default: "sha512",
			values: ["sha1", "sha224", "sha256", "sha384", "sha512"],
			doc: `Digest of a password's hash. ${KUZZLE_FORMAT}`,
		}),
		stretching: boolean({
			default: true,
			doc: `Whether a password is stretched (PBKDF2), which guessing then pays for. ${KUZZLE_FORMAT}`,
		}),
		digest: oneOf({
			default: "hex",
			values: ["hex", "base64", "base64url", "latin1"],
			doc: `How a hash is written. ${KUZZLE_FORMAT}`,
		}),
		encryption: oneOf({
			default: "hmac",
			values: ["hmac", "hash"],
			doc: `How a password is hashed that is not stretched; \`hash\` goes without stretching only. ${KUZZLE_FORMAT}`,
		}),
		requirePassword: boolean({
			default: false,
			doc: "Whether users must give their current password (`currentPassword`) to change or delete their own credentials.",
		}),
		resetPasswordExpiresIn: duration({
			default: -1,
			doc: "Life of a password reset token; -1 until the password changes.",
		}),
		passwordPolicies: listOf<PasswordPolicy>({
			default: [],
			read: readPasswordPolicies,
			expects: passwordPoliciesExpected,
			doc: "Rules for passwords; who falls under several must keep each.",
		}),
	},
	"*": notYet({}, "Options of a plugin."),
};
