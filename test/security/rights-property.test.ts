import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { isObject, type JsonValue } from "../../src/lib/json.ts";
import { startSecurity } from "../support/security.ts";

type Request = Readonly<Record<string, unknown>> & {
	readonly controller: string;
	readonly action: string;
};

interface Policy {
	readonly controllers: Record<string, { actions: Record<string, boolean> }>;
	readonly restrictedTo?: { index: string; collections?: string[] }[];
}

/** The rules of the facts, once more and without any cleverness. */
function decidesNaively(
	policies: readonly Policy[],
	request: Request,
): boolean {
	const { controller, action, index, collection, targets } = request;
	const isAlias = controller === "ms" || controller === "memoryStorage";
	const names = isAlias ? ["ms", "memoryStorage", "*"] : [controller, "*"];
	const byRole = policies.filter(({ controllers }) => {
		const name = names.find((each) => Object.keys(controllers).includes(each));
		const { actions = {} } =
			name === undefined ? {} : (controllers[name] ?? {});
		const exact = Object.keys(actions).includes(action);
		return actions[exact ? action : "*"] === true;
	});
	const holds = (policy: Policy, i: string, c?: string): boolean => {
		const { restrictedTo } = policy;
		if (restrictedTo === undefined || restrictedTo.length === 0) return true;
		const own = restrictedTo.filter((each) => each.index === i);
		const listed = own.flatMap((each) => each.collections ?? []);
		if (own.length === 0) return false;
		return c === undefined || listed.length === 0 || listed.includes(c);
	};
	if (byRole.length === 0) return false;
	if (Array.isArray(targets)) {
		return targets
			.filter(isObject)
			.flatMap(({ index: i, collections }) =>
				(collections as string[]).map((c) => [String(i), c] as const),
			)
			.every(
				([i, c]) =>
					!`${i}${c}`.includes("*") && byRole.some((each) => holds(each, i, c)),
			);
	}
	return (
		index === undefined ||
		byRole.some((each) =>
			holds(each, String(index), collection as string | undefined),
		)
	);
}

describe("the decision, against a second reading of the rules", () => {
	const name = fc.constantFrom("a", "b", "a*");
	const controller = fc.constantFrom("ms", "memoryStorage", "x", "y", "*");
	const action = fc.constantFrom("get", "set", "*");
	const role = fc.dictionary(
		controller,
		fc.record({
			actions: fc.dictionary(action, fc.boolean(), { minKeys: 1, maxKeys: 3 }),
		}),
		{ minKeys: 1, maxKeys: 4 },
	);
	const restriction = fc.record(
		{ index: name, collections: fc.array(name, { maxLength: 2 }) },
		{ requiredKeys: ["index"] },
	);
	const policy: fc.Arbitrary<Policy> = fc.record(
		{
			controllers: role,
			restrictedTo: fc.array(restriction, { maxLength: 3 }),
		},
		{ requiredKeys: ["controllers"] },
	);
	const place = fc.oneof(
		fc.record(
			{ index: name, collection: name },
			{ requiredKeys: [] },
		) as fc.Arbitrary<Record<string, unknown>>,
		fc.record({
			targets: fc.array(
				fc.record({
					index: name,
					collections: fc.array(name, { maxLength: 2 }),
				}),
				{ maxLength: 2 },
			),
		}),
	);
	const request = fc
		.tuple(controller, action, place)
		.map(([c, a, rest]): Request => ({ controller: c, action: a, ...rest }));

	it("is the same 2,000 times", async (test) => {
		const node = await startSecurity(test);
		const { rights } = node.security;
		const profiles = new Map<string, readonly Policy[]>();
		const sets = fc.sample(fc.array(policy, { minLength: 1, maxLength: 3 }), {
			numRuns: 100,
			seed: 7,
		});
		for (const [number, policies] of sets.entries()) {
			const id = `p${number}`;
			profiles.set(id, policies);
			for (const [position, { controllers }] of policies.entries()) {
				await node.security.roles.write(
					`${id}-${position}`,
					{ controllers },
					{ refresh: false },
				);
			}
			await node.security.profiles.write(
				id,
				{
					policies: policies.map(({ restrictedTo }, position) => ({
						roleId: `${id}-${position}`,
						...(restrictedTo === undefined ? {} : { restrictedTo }),
					})) as unknown as JsonValue,
				},
				{ refresh: false },
			);
		}
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(...profiles.keys()),
				request,
				async (id, asked) => {
					const { controller: c, action: a, ...args } = asked;
					assert.equal(
						await rights.allows([id], { controller: c, action: a, args }),
						decidesNaively(profiles.get(id) ?? [], asked),
					);
				},
			),
			{ numRuns: 2000 },
		);
	});
});
