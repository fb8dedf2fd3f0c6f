import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import type { JsonValue } from "../../src/lib/json.ts";
import type { Rights } from "../../src/security/rights.ts";
import { startSecurity, type TestSecurity } from "../support/security.ts";
import {
	type OraclePolicy,
	type OracleRequest,
	oracleAllows,
	type Restriction,
} from "./rights-oracle.ts";

const CASES = 100_000;
const ROLES = 60;
const PROFILES = 120;
const USERS = 500;
const NOW = { refresh: false } as const;

/** Few names, so that requests often meet what was granted; with those that the rules treat in their own way. */
const place = fc.constantFrom("a", "b", "a*", "*");
const controller = fc.constantFrom(
	"ms",
	"memoryStorage",
	"index",
	"document",
	"x",
	"*",
	"toString",
);
const action = fc.constantFrom("get", "delete", "mDelete", "*", "constructor");

const role = fc.dictionary(
	controller,
	fc.record({
		actions: fc.dictionary(action, fc.boolean(), { minKeys: 1, maxKeys: 4 }),
	}),
	{ minKeys: 1, maxKeys: 5 },
) as fc.Arbitrary<OraclePolicy["controllers"]>;

const restriction = fc.record(
	{ index: place, collections: fc.array(place, { maxLength: 3 }) },
	{ requiredKeys: ["index"] },
) as fc.Arbitrary<Restriction>;

interface ProfilePolicy {
	readonly role: number;
	readonly restrictedTo?: readonly Restriction[];
}
const profile = fc.array(
	fc.record(
		{
			role: fc.nat({ max: ROLES - 1 }),
			restrictedTo: fc.array(restriction, { maxLength: 3 }),
		},
		{ requiredKeys: ["role"] },
	) as fc.Arbitrary<ProfilePolicy>,
	{ minLength: 1, maxLength: 3 },
);
const user = fc.uniqueArray(fc.nat({ max: PROFILES - 1 }), { maxLength: 3 });

const request = fc.record(
	{
		controller,
		action,
		index: place,
		collection: place,
		targets: fc.array(
			fc.record(
				{ index: place, collections: fc.array(place, { maxLength: 2 }) },
				{ requiredKeys: [] },
			),
			{ maxLength: 3 },
		),
	},
	{ requiredKeys: ["controller", "action"] },
) as fc.Arbitrary<OracleRequest>;

/** A user: what it holds, for the server and for the oracle. */
interface Holder {
	readonly profileIds: readonly string[];
	readonly policies: readonly OraclePolicy[];
}

describe("the decision who may do what, against a second reading of the rules", () => {
	it(`is the same ${CASES.toLocaleString("en")} times, with and without the switch for whole indexes`, async (test) => {
		const { node, holders } = await fill(test);
		const kuzzles = node.otherNode({
			rules: { allowWholeIndexUnderCollectionRestriction: true },
		});
		const deciders = [
			{ rights: node.security.rights, wholeIndexUnderCollections: false },
			{ rights: kuzzles.security.rights, wholeIndexUnderCollections: true },
		];
		for (const { rights } of deciders) await compile(rights, holders);
		const counts = new Map<boolean, number>();
		fc.assert(
			fc.property(
				fc.constantFrom(...holders),
				request,
				fc.constantFrom(...deciders),
				({ profileIds, policies }, asked, decider) => {
					const { controller: name, action: what, ...args } = asked;
					const decision = decider.rights.allows(profileIds, {
						controller: name,
						action: what,
						args,
					});
					const expected = oracleAllows(policies, asked, decider);
					assert.equal(decision, expected);
					counts.set(expected, (counts.get(expected) ?? 0) + 1);
				},
			),
			{ numRuns: CASES },
		);
		// A generator that only meets refusals, or none, would show nothing.
		for (const decision of [true, false]) {
			assert.ok((counts.get(decision) ?? 0) > CASES / 20, String(decision));
		}
	});
});

/** Stores generated roles and profiles, and answers who holds them. */
async function fill(
	test: TestContext,
): Promise<{ node: TestSecurity; holders: readonly Holder[] }> {
	const node = await startSecurity(test);
	const { roles, profiles } = node.security;
	const controllersOf = fc.sample(role, ROLES);
	const made = fc.sample(profile, PROFILES);
	await Promise.all(
		controllersOf.map((controllers, n) =>
			roles.write(`r${n}`, { controllers }, NOW),
		),
	);
	await Promise.all(
		made.map((policies, n) =>
			profiles.write(`p${n}`, { policies: policies.map(toStored) }, NOW),
		),
	);
	const holders = fc.sample(user, USERS).map((held) => ({
		profileIds: held.map((n) => `p${n}`),
		policies: held
			.flatMap((n) => made[n] ?? [])
			.map((policy) => ({
				...policy,
				controllers: controllersOf[policy.role] ?? {},
			})),
	}));
	return { node, holders };
}

function toStored({ role: number, ...rest }: ProfilePolicy): JsonValue {
	return { roleId: `r${number}`, ...rest } as unknown as JsonValue;
}

/** So that the decisions themselves wait for nothing. */
async function compile(
	rights: Rights,
	holders: readonly Holder[],
): Promise<void> {
	for (const { profileIds } of holders) {
		await rights.allows(profileIds, {
			controller: "x",
			action: "x",
			args: {},
		});
	}
}
