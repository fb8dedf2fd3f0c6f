import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorId } from "../../src/errors/catalogue.ts";
import type { JsonObject, JsonValue } from "../../src/lib/json.ts";
import { isError } from "../support/assert-error.ts";
import { startSecurity } from "../support/security.ts";

const WRITE = { refresh: false, strict: false } as const;
/** One policy of the role `r`, which exists, with these members. */
const policy = (members: JsonObject = {}) => ({
	policies: [{ roleId: "r", ...members }],
});
const restricted = (...restrictions: JsonValue[]) =>
	policy({ restrictedTo: restrictions });

/** Most are steps of the recording security-profiles. The id of the profile is `p`, where no other is said. */
const refused: readonly {
	readonly body: Record<string, unknown>;
	readonly profile?: string;
	readonly strict?: true;
	readonly id: ErrorId;
	readonly props?: readonly unknown[];
}[] = [
	{ body: {}, id: "api.assert.missing_argument", props: ["body.policies"] },
	...["x", {}, null].map((policies) => ({
		body: { policies },
		id: "api.assert.invalid_type" as const,
		props: ["body.policies", "array"],
	})),
	{
		body: { policies: [{ roleId: "ghost" }] },
		id: "security.role.not_found",
		props: ["ghost"],
	},
	{
		body: { policies: [{ roleId: 12 }] },
		id: "security.role.not_found",
		props: [12],
	},
	// Kuzzle answers 500 to these: listed as a difference.
	...[{}, { roleId: "" }, { roleId: null }].map((each) => ({
		body: { policies: [each] },
		id: "api.assert.missing_argument" as const,
		props: ["p.policies[0].roleId"],
	})),
	{
		body: { policies: ["x"] },
		id: "api.assert.invalid_type",
		props: ["p.policies[0]", "object"],
	},
	{
		body: { policies: [{ roleId: "r" }, { roleId: "r", extra: 1 }] },
		id: "api.assert.unexpected_argument",
		props: ["p.policies[1].extra", '"roleId", "restrictedTo"'],
	},
	{
		body: policy({ restrictedTo: "x" }),
		id: "api.assert.invalid_type",
		props: ["p.policies[0].restrictedTo", "object[]"],
	},
	{
		body: restricted("x"),
		id: "api.assert.invalid_type",
		props: ["p.policies[0].restrictedTo[0]", "object"],
	},
	...[{}, { collections: ["c"] }, { index: null }].map((each) => ({
		body: restricted(each as JsonObject),
		id: "api.assert.missing_argument" as const,
		props: ["p.policies[0].restrictedTo[0].index"],
	})),
	{
		body: restricted({ index: "i" }, { index: "i", zz: 1 }),
		id: "api.assert.unexpected_argument",
		props: ["p.policies[0].restrictedTo[1].zz", '"index", "collections"'],
	},
	...["c", [1], {}].map((collections) => ({
		body: restricted({ index: "i", collections: collections as JsonValue }),
		id: "api.assert.invalid_type" as const,
		props: ["p.policies[0].restrictedTo[0].collections", "string[]"],
	})),
	{ body: { ...policy(), rateLimit: -1 }, id: "api.assert.invalid_argument" },
	...["x", 1.5, true, Number.NaN, 1e300].map((rateLimit) => ({
		body: { ...policy(), rateLimit },
		id: "api.assert.invalid_type" as const,
		props: ["rateLimit", "integer"],
	})),
	{
		body: restricted({ index: "ghost" }),
		strict: true,
		id: "services.storage.unknown_index",
		props: ["ghost"],
	},
	{
		body: restricted({ index: "sp", collections: ["c", "ghost"] }),
		strict: true,
		id: "services.storage.unknown_collection",
		props: ["sp", ["ghost"]],
	},
	...[policy(), { policies: [] }].map((body) => ({
		profile: "anonymous",
		body,
		id: "security.profile.missing_anonymous_role" as const,
		props: [],
	})),
];

describe("profiles", () => {
	it("that are no good are refused and not written", async (test) => {
		const node = await startSecurity(test);
		const { profiles } = node.security;
		await node.store.createCollection({
			scope: "public",
			index: "sp",
			collection: "c",
		});
		await node.security.roles.write("r", {}, WRITE);
		for (const { body, profile = "p", strict = false, id, props } of refused) {
			await assert.rejects(
				profiles.createOrReplace(profile, body, { ...WRITE, strict }),
				isError(id, props),
				JSON.stringify(body),
			);
		}
		assert.equal(await profiles.find("p"), undefined);
		const anonymous = await profiles.get("anonymous");
		assert.deepEqual(anonymous._source.policies, [{ roleId: "anonymous" }]);
		const existing = restricted({ index: "sp", collections: ["c"] });
		await profiles.createOrReplace("p", existing, { ...WRITE, strict: true });
	});

	const accepted: readonly (readonly [
		what: string,
		body: JsonObject,
		stored: JsonObject,
		optimized: JsonValue,
	])[] = [
		[
			"with everything",
			{
				...restricted(
					{ index: "sp", collections: ["c", "d", "c"] },
					{ index: "zz" },
				),
				rateLimit: 5,
				tags: ["t"],
				custom: { a: 1 },
			},
			{
				...restricted(
					{ index: "sp", collections: ["c", "d", "c"] },
					{ index: "zz" },
				),
				rateLimit: 5,
				tags: ["t"],
				custom: { a: 1 },
			},
			[{ roleId: "r", restrictedTo: {} }],
		],
		[
			"with two policies",
			{ policies: [{ roleId: "r" }, { roleId: "default" }] },
			{ policies: [{ roleId: "r" }, { roleId: "default" }], rateLimit: 0 },
			[{ roleId: "r" }, { roleId: "default" }],
		],
		[
			"without policies, which get the default one",
			{ policies: [] },
			{ policies: [{ roleId: "default" }], rateLimit: 0 },
			[{ roleId: "default" }],
		],
		[
			"with an index that is a number",
			restricted({ index: 3 }),
			{ ...restricted({ index: 3 }), rateLimit: 0 },
			[{ roleId: "r", restrictedTo: {} }],
		],
		[
			"with an empty list of restrictions",
			restricted(),
			{ ...restricted(), rateLimit: 0 },
			[{ roleId: "r", restrictedTo: {} }],
		],
		[
			"with a rate limit of null, and what only the API adds",
			{ ...policy(), rateLimit: null, optimizedPolicies: ["forged"] },
			{ ...policy(), rateLimit: 0 },
			[{ roleId: "r" }],
		],
	];
	for (const [what, body, stored, optimized] of accepted) {
		it(`are answered as recorded: ${what}`, async (test) => {
			const node = await startSecurity(test);
			const { profiles, roles } = node.security;
			await roles.write("r", {}, WRITE);
			const now = node.clock.now();
			const _kuzzle_info = {
				author: null,
				createdAt: now,
				updatedAt: now,
				updater: null,
			};
			const shown = {
				_id: "p",
				_source: { ...stored, optimizedPolicies: optimized, _kuzzle_info },
			};
			assert.deepEqual(await profiles.createOrReplace("p", body, WRITE), shown);
			assert.deepEqual(await profiles.read("p"), shown);
			const fresh = node.otherNode().security.profiles;
			assert.deepEqual((await fresh.get("p"))._source, {
				...stored,
				_kuzzle_info,
			});
		});
	}

	it("that are missing are told by their id", async (test) => {
		const { security } = await startSecurity(test);
		await assert.rejects(
			security.profiles.read("ghost"),
			isError("security.profile.not_found", ["ghost"]),
		);
	});
});
