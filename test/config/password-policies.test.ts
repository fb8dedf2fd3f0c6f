import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
	ConfigError,
	type ConfigOverrides,
	createConfig,
	loadConfig,
} from "../../src/config.ts";

const PLUGIN = "kuzzle-plugin-auth-passport-local";
const ENV = `kuzzle_plugins__${PLUGIN}__`;

/** As an operator may write it, wrong or right. */
function withOptions(options: Readonly<Record<string, unknown>>) {
	return createConfig({ plugins: { [PLUGIN]: options } } as ConfigOverrides)
		.plugins[PLUGIN];
}

function refuses(options: Readonly<Record<string, unknown>>): void {
	assert.throws(
		() => withOptions(options),
		(error) => error instanceof ConfigError && error.message.includes(PLUGIN),
	);
}

describe("the options of the local strategy", () => {
	it("are Kuzzle's when nothing is set, and warn of nothing when set", () => {
		assert.deepEqual(createConfig().plugins[PLUGIN], {
			algorithm: "sha512",
			stretching: true,
			digest: "hex",
			encryption: "hmac",
			requirePassword: false,
			resetPasswordExpiresIn: -1,
			passwordPolicies: [],
		});
		const env = {
			[`${ENV}algorithm`]: "sha256",
			[`${ENV}requirePassword`]: "true",
			[`${ENV}resetPasswordExpiresIn`]: "2h",
			[`${ENV}passwordPolicies`]:
				'*json:[{"appliesTo":"*","passwordRegex":"."}]',
		};
		const { config, warnings } = loadConfig({ env });
		assert.deepEqual(config.plugins[PLUGIN].passwordPolicies, [
			{ appliesTo: "*", passwordRegex: "." },
		]);
		assert.equal(config.plugins[PLUGIN].requirePassword, true);
		assert.deepEqual(warnings, []);
	});

	it("take no stretching with the plain hash", () => {
		refuses({ encryption: "hash" });
		const options = withOptions({ encryption: "hash", stretching: false });
		assert.equal(options.encryption, "hash");
	});

	it("take no algorithm and no digest that cannot be verified later", () => {
		refuses({ algorithm: "md5" });
		refuses({ digest: "utf8" });
	});
});

describe("password policies", () => {
	const holders = { users: ["ann"], profiles: [], roles: ["admin"] };
	for (const policy of [
		{ appliesTo: "*" },
		{ appliesTo: holders, expiresAfter: "30d", forbidLoginInPassword: true },
		{ appliesTo: { roles: ["x"] }, expiresAfter: 1000 },
		{ appliesTo: "*", forbidReusedPasswordCount: 50 },
		{ appliesTo: "*", mustChangePasswordIfSetByAdmin: false },
		{ appliesTo: "*", passwordRegex: "^(?=.*\\d).{8,}$" },
	]) {
		it(`may be ${JSON.stringify(policy)}`, () => {
			const passwordPolicies = [policy];
			const options = withOptions({ passwordPolicies });
			assert.deepEqual(options.passwordPolicies, passwordPolicies);
		});
	}

	for (const policy of [
		null,
		"*",
		{},
		{ appliesTo: "all" },
		{ appliesTo: {} },
		{ appliesTo: { users: "ann" } },
		{ appliesTo: { groups: ["ann"] } },
		{ appliesTo: { users: [1] } },
		{ appliesTo: "*", expiresAfter: "soon" },
		{ appliesTo: "*", expiresAfter: 0 },
		{ appliesTo: "*", expiresAfter: "-1" },
		{ appliesTo: "*", forbidLoginInPassword: "yes" },
		{ appliesTo: "*", forbidReusedPasswordCount: -1 },
		{ appliesTo: "*", forbidReusedPasswordCount: 51 },
		{ appliesTo: "*", passwordRegex: "(" },
		{ appliesTo: "*", passwordRegexp: "." },
		{ appliesTo: "*", toString: "." },
	]) {
		it(`may not be ${JSON.stringify(policy)}`, () => {
			refuses({ passwordPolicies: [policy] });
		});
	}

	it("are a list", () => {
		refuses({ passwordPolicies: { appliesTo: "*" } });
	});
});
