import { createError } from "../errors/gateway-error.ts";
import { isObject } from "../lib/json.ts";

/** A role, and where it holds. */
export interface Policy {
	readonly roleId: string;
	/** Absent: everywhere. */
	readonly restrictedTo?: readonly Restriction[];
}

export interface Restriction {
	readonly index: string;
	/** Absent or empty: every collection of the index. */
	readonly collections?: readonly string[];
}

/** Requests per second and user; 0, also when absent, is unlimited. */
export function readRateLimit(value: unknown): number {
	if (value === undefined || value === null) return 0;
	if (typeof value !== "number" || !Number.isSafeInteger(value)) {
		throw createError("api.assert.invalid_type", "rateLimit", "integer");
	}
	if (value < 0) {
		throw createError(
			"api.assert.invalid_argument",
			"rateLimit",
			"a number of requests per second; 0 is unlimited",
		);
	}
	return value;
}

/** An empty list stands for the role `default`, as in Kuzzle. */
export function readPolicies(id: string, value: unknown): readonly Policy[] {
	if (value === undefined) {
		throw createError("api.assert.missing_argument", "body.policies");
	}
	if (!Array.isArray(value)) {
		throw createError("api.assert.invalid_type", "body.policies", "array");
	}
	if (value.length === 0) return [{ roleId: "default" }];
	return value.map((policy: unknown, position) =>
		readPolicy(`${id}.policies[${position}]`, policy),
	);
}

export function assertAnonymousRole(
	id: string,
	policies: readonly Policy[],
): void {
	if (id !== "anonymous") return;
	if (policies.some((policy) => policy.roleId === "anonymous")) return;
	throw createError("security.profile.missing_anonymous_role");
}

function readPolicy(name: string, policy: unknown): Policy {
	if (!isObject(policy)) {
		throw createError("api.assert.invalid_type", name, "object");
	}
	const { roleId, restrictedTo } = policy;
	if (roleId === undefined || roleId === null || roleId === "") {
		throw createError("api.assert.missing_argument", `${name}.roleId`);
	}
	assertMembers(name, policy, ["roleId", "restrictedTo"]);
	if (restrictedTo !== undefined) {
		if (!Array.isArray(restrictedTo)) {
			throw createError(
				"api.assert.invalid_type",
				`${name}.restrictedTo`,
				"object[]",
			);
		}
		restrictedTo.forEach((restriction, position) => {
			assertRestriction(`${name}.restrictedTo[${position}]`, restriction);
		});
	}
	return policy as unknown as Policy;
}

function assertRestriction(name: string, restriction: unknown): void {
	if (!isObject(restriction)) {
		throw createError("api.assert.invalid_type", name, "object");
	}
	const { index, collections: names } = restriction;
	if (index === undefined || index === null) {
		throw createError("api.assert.missing_argument", `${name}.index`);
	}
	assertMembers(name, restriction, ["index", "collections"]);
	if (names === undefined || names === null) return;
	if (
		!Array.isArray(names) ||
		names.some((collection) => typeof collection !== "string")
	) {
		throw createError(
			"api.assert.invalid_type",
			`${name}.collections`,
			"string[]",
		);
	}
}

function assertMembers(
	name: string,
	value: Readonly<Record<string, unknown>>,
	allowed: readonly string[],
): void {
	const odd = Object.keys(value).find((member) => !allowed.includes(member));
	if (odd === undefined) return;
	throw createError(
		"api.assert.unexpected_argument",
		`${name}.${odd}`,
		allowed.map((member) => `"${member}"`).join(", "),
	);
}
