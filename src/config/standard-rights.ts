import { isObject } from "../lib/json.ts";

/** The roles and profiles that close a server: `security.standard`, in the shape in which they are stored. */
export interface StandardRights {
	readonly roles: Readonly<
		Record<
			string,
			{
				readonly controllers: Readonly<
					Record<
						string,
						{ readonly actions: Readonly<Record<string, boolean>> }
					>
				>;
			}
		>
	>;
	readonly profiles: Readonly<
		Record<
			string,
			{
				readonly rateLimit: number;
				readonly policies: readonly { readonly roleId: string }[];
			}
		>
	>;
}

/** Kuzzle's own: admin may do everything, default looks after itself, anonymous may log in. */
export const standardRights: StandardRights = {
	roles: {
		admin: { controllers: { "*": actions("*") } },
		default: {
			controllers: {
				auth: actions(
					"checkToken",
					"getCurrentUser",
					"getMyRights",
					"logout",
					"updateSelf",
				),
				server: actions("publicApi"),
			},
		},
		anonymous: {
			controllers: {
				auth: actions("checkToken", "getCurrentUser", "getMyRights", "login"),
				server: actions("publicApi", "openapi"),
			},
		},
	},
	profiles: {
		admin: { rateLimit: 0, policies: [{ roleId: "admin" }] },
		default: { rateLimit: 10, policies: [{ roleId: "default" }] },
		anonymous: { rateLimit: 200, policies: [{ roleId: "anonymous" }] },
	},
};

export function isStandardRights(value: unknown): boolean {
	if (!isObject(value)) return false;
	return (
		everyMember(value.roles, isRole) && everyMember(value.profiles, isProfile)
	);
}

function isRole(role: unknown): boolean {
	return (
		isObject(role) &&
		everyMember(
			role.controllers,
			(controller) =>
				isObject(controller) &&
				everyMember(
					controller.actions,
					(allowed) => typeof allowed === "boolean",
				),
		)
	);
}

function isProfile(profile: unknown): boolean {
	if (!isObject(profile)) return false;
	const { rateLimit, policies } = profile;
	return (
		Number.isSafeInteger(rateLimit) &&
		Number(rateLimit) >= 0 &&
		Array.isArray(policies) &&
		policies.length > 0 &&
		policies.every(
			(policy) => isObject(policy) && typeof policy.roleId === "string",
		)
	);
}

function everyMember(
	value: unknown,
	accepts: (member: unknown) => boolean,
): boolean {
	return isObject(value) && Object.values(value).every(accepts);
}

function actions(...names: string[]): { actions: Record<string, boolean> } {
	return { actions: Object.fromEntries(names.map((name) => [name, true])) };
}
