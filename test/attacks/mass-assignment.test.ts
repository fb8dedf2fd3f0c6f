import assert from "node:assert/strict";
import { absent, anyNumber, anyText } from "../support/matchers.ts";
import { runScenarios, type Scenario } from "../support/scenario.ts";
import {
	loginOf,
	newLogin,
	newUser,
	PASSWORD,
	prepare,
	stored,
	tryLogin,
} from "../support/scenario-people.ts";

/** Members that a client has no business to set. Whatever they are in the content of its own, they are no more than that. */
const FORGED_INFO = {
	author: "somebody else",
	createdAt: 1,
	updatedAt: 1,
	updater: "somebody else",
};
const FORGED_IDS = { _id: "admin", kuid: "admin", userId: "admin" };
/** A password hash that the attacker knows the password of, as Kuzzle stores it: SHA-256, no salt. */
const KNOWN_PASSWORD = "the attacker's";
const KNOWN_HASH = {
	userPassword:
		"7ce5bbef7bc82ec7bd566e1894307b65f6cef07e79ab8b9ab30691978ceb5493",
	userSalt: "",
	algorithm: "sha256",
	stretching: false,
	pepper: false,
	encryption: "hash",
	passwordHistory: [],
	updater: "somebody else",
};

/** Each over a route and over WebSocket, on both stores. */
const row = (scenario: Scenario): Scenario => ({
	matrix: true,
	on: ["http", "ws"],
	...scenario,
});

const scenarios: readonly Scenario[] = [
	row({
		name: "a new user has the id, the profiles and the metadata that the server gives",
		request: {
			action: "security:createUser",
			as: "admin",
			args: { _id: "user-{n}", author: "x", profileIds: ["admin"] },
			body: {
				content: {
					...FORGED_IDS,
					profileIds: ["default"],
					_kuzzle_info: FORGED_INFO,
				},
				...FORGED_IDS,
				profileIds: ["admin"],
				_kuzzle_info: FORGED_INFO,
			},
		},
		reply: { result: { _id: "user-{n}" } },
		async afterwards(run) {
			const source = await stored(run, "User", "user-{n}");
			assert.deepEqual(source.profileIds, ["default"]);
			assertOwnInfo(source);
			assert.equal(
				(await stored(run, "User", "admin"))._kuzzle_info.updater,
				null,
			);
		},
	}),
	row({
		name: "who changes himself keeps his id, his profiles and the metadata",
		given: (run) => prepare(run, newLogin("user-{n}")),
		request: {
			action: "auth:updateSelf",
			token: loginOf("user-{n}"),
			args: FORGED_IDS,
			body: { kuid: "admin", _kuzzle_info: FORGED_INFO, profileIds: null },
		},
		reply: { result: { _id: "user-{n}" } },
		async afterwards(run) {
			const source = await stored(run, "User", "user-{n}");
			assert.deepEqual(source.profileIds, ["admin"]);
			assertOwnInfo(source);
			assert.equal(source._kuzzle_info.updater, run.named("user-{n}"));
		},
	}),
	...["updateUser", "replaceUser"].map((action) =>
		row({
			name: `security:${action} keeps the id and the metadata`,
			given: (run) => prepare(run, newUser("user-{n}")),
			request: {
				action: `security:${action}`,
				as: "admin",
				args: { _id: "user-{n}" },
				body: {
					kuid: "admin",
					profileIds: ["default"],
					_kuzzle_info: FORGED_INFO,
				},
			},
			reply: { result: { _id: "user-{n}" } },
			async afterwards(run) {
				assertOwnInfo(await stored(run, "User", "user-{n}"));
			},
		}),
	),
	row({
		name: "a key belongs to its caller, lives as long as was asked, and has a digest of its own",
		request: {
			action: "auth:createApiKey",
			as: ["auth:createApiKey"],
			args: { expiresIn: 60_000, userId: "admin", kuid: "admin" },
			body: {
				description: "d",
				...FORGED_IDS,
				expiresAt: -1,
				ttl: -1,
				fingerprint: "f",
				hash: "h",
				token: "kapikey-t",
				_kuzzle_info: FORGED_INFO,
			},
		},
		reply: {
			result: {
				_source: { userId: anyText, ttl: 60_000, expiresAt: anyNumber },
			},
		},
		afterwards(_run, { result }) {
			const { _id, _source } = result as {
				readonly _id: string;
				readonly _source: Readonly<Record<string, unknown>>;
			};
			assert.notEqual(_id, "admin");
			assert.notEqual(_source.userId, "admin");
			assert.ok(Number(_source.expiresAt) > 0);
			assert.match(String(_source.fingerprint), /^[0-9a-f]{64}$/);
			assert.equal(_source.hash, _source.fingerprint);
			assert.match(String(_source.token), /^kapikey-.+\..+\..+$/);
		},
	}),
	row({
		name: "a token made for another call is its caller's, and lives as long as was asked",
		given: (run) => prepare(run, newLogin("user-{n}")),
		request: {
			action: "auth:createToken",
			token: loginOf("user-{n}"),
			args: { expiresIn: 60_000, ttl: -1, expiresAt: -1, userId: "admin" },
			body: { ...FORGED_IDS, expiresIn: -1, ttl: -1, expiresAt: -1 },
		},
		reply: { result: { ttl: 60_000, singleUse: false } },
	}),
	row({
		name: "who logs in is whom the password is of",
		on: ["ws"],
		given: (run) => prepare(run, newLogin("user-{n}")),
		request: {
			action: "auth:login",
			args: { strategy: "local", ...FORGED_IDS },
			body: {
				...FORGED_IDS,
				username: "user-{n}",
				password: PASSWORD,
				profileIds: ["admin"],
				expiresAt: -1,
			},
		},
		reply: { result: { _id: "user-{n}", ttl: 3_600_000 } },
	}),
	...["createCredentials", "updateCredentials"].map((action) =>
		row({
			name: `security:${action} takes no hash from the client`,
			given: (run) =>
				prepare(
					run,
					action === "createCredentials"
						? newUser("user-{n}")
						: newLogin("user-{n}"),
				),
			request: {
				action: `security:${action}`,
				as: "admin",
				args: { strategy: "local", _id: "user-{n}" },
				body: { username: "user-{n}", password: "the user's", ...KNOWN_HASH },
			},
			reply: { result: { username: "user-{n}", userPassword: absent } },
			async afterwards(run) {
				assert.equal(
					(await tryLogin(run, "user-{n}", KNOWN_PASSWORD)).status,
					401,
				);
				assert.equal(
					(await tryLogin(run, "user-{n}", "the user's")).status,
					200,
				);
			},
		}),
	),
	row({
		name: "a profile allows what its policies do, whatever else it holds",
		given: (run) =>
			prepare(run, {
				action: "security:createProfile",
				args: { _id: "profile-{n}", optimizedPolicies: [{ roleId: "admin" }] },
				body: {
					policies: [{ roleId: "default" }],
					optimizedPolicies: [{ roleId: "admin" }],
					_id: "admin",
					_kuzzle_info: FORGED_INFO,
				},
			}),
		request: {
			action: "security:getProfileRights",
			as: "admin",
			args: { _id: "profile-{n}" },
		},
		reply: {},
		async afterwards(run, { result }) {
			const { hits } = result as {
				readonly hits: readonly { readonly controller: string }[];
			};
			const names = new Set(hits.map(({ controller }) => controller));
			assert.deepEqual([...names].sort(), ["auth", "server"]);
			const { _kuzzle_info: info } = await stored(
				run,
				"Profile",
				"profile-{n}",
			);
			assert.notEqual(info?.author, FORGED_INFO.author);
		},
	}),
	row({
		name: "a role has the id that it is written under",
		request: {
			action: "security:createRole",
			as: "admin",
			args: { _id: "role-{n}" },
			body: {
				_id: "default",
				controllers: { server: { actions: { now: true } } },
				_kuzzle_info: FORGED_INFO,
			},
		},
		reply: { result: { _id: "role-{n}" } },
		async afterwards(run) {
			const role = await stored(run, "Role", "role-{n}");
			assert.notEqual(role._kuzzle_info?.author, FORGED_INFO.author);
			const { controllers } = await stored(run, "Role", "default");
			assert.deepEqual(Object.keys(controllers).sort(), ["auth", "server"]);
		},
	}),
];

runScenarios("members that are none of the client's", scenarios, {
	config: { limits: { loginsPerSecond: 10_000 } },
});

/** The metadata are the server's own. */
function assertOwnInfo(source: {
	readonly _kuzzle_info: typeof FORGED_INFO;
}): void {
	const { author, createdAt, updater, updatedAt } = source._kuzzle_info;
	assert.notEqual(author, FORGED_INFO.author);
	assert.notEqual(updater, FORGED_INFO.updater);
	assert.ok(createdAt > FORGED_INFO.createdAt);
	assert.notEqual(updatedAt, FORGED_INFO.updatedAt);
}
