import { define, show, spaced, suffix } from "../define-error.ts";

/** The errors of tokens, credentials, rights, users, roles and profiles. */
export const securityErrors = {
	"security.token.invalid": define(
		0x07010001,
		"UnauthorizedError",
		() => "The token is invalid, has expired or was revoked. Log in again.",
	),
	"security.token.unknown_user": define(
		0x07010002,
		"InternalError",
		() => "The token belongs to a user who does not exist.",
	),
	"security.token.unknown_connection": define(
		0x07010003,
		"InternalError",
		() => "The token is tied to a connection that does not exist.",
	),
	"security.token.ttl_exceeded": define(
		0x07010004,
		"BadRequestError",
		() =>
			"The duration asked for is longer than allowed. Ask for a shorter one.",
	),
	"security.token.generation_failed": define(
		0x07010005,
		"InternalError",
		(reason: string) => `The token could not be made: ${reason}`,
	),
	"security.token.expired": define(
		0x07010006,
		"UnauthorizedError",
		() => "The token has expired. Log in again.",
	),
	"security.token.verification_error": define(
		0x07010007,
		"InternalError",
		(reason: string) => `The token could not be verified: ${reason}`,
	),
	"security.token.refresh_forbidden": define(
		0x07010008,
		"UnauthorizedError",
		(kind: string) => `This token cannot be refreshed: ${kind}.`,
	),
	"security.token.invalid_expiration": define(
		0x07010009,
		"BadRequestError",
		(name: string, reason?: string) =>
			`The argument "${name}" is not a valid duration here${suffix(reason)}.`,
	),
	"security.credentials.unknown_strategy": define(
		0x07020001,
		"BadRequestError",
		(strategy: string) => `There is no authentication strategy "${strategy}".`,
	),
	"security.credentials.database_inconsistency": define(
		0x07020002,
		"PluginImplementationError",
		(strategy: string) =>
			`Credentials for the strategy "${strategy}" exist already for a user who did not. Remove them first.`,
	),
	"security.credentials.rejected": define(
		0x07020003,
		"BadRequestError",
		(reason: string) => `The credentials were rejected: ${reason}`,
	),
	"security.rights.unauthorized": define(
		0x07030001,
		"UnauthorizedError",
		(controller: string, action: string, kuid?: string) =>
			`Log in first: an anonymous caller${kuid === undefined ? "" : ` (user "${kuid}")`} may not call "${controller}:${action}".`,
	),
	"security.rights.forbidden": define(
		0x07030002,
		"ForbiddenError",
		(controller: string, action: string, kuid: string) =>
			`The user "${kuid}" may not call "${controller}:${action}" here.`,
	),
	"security.rights.failsafe_mode_admin_only": define(
		0x07030003,
		"ForbiddenError",
		() => "The server runs in failsafe mode: administrators only.",
	),
	"security.user.already_exists": define(
		0x07040001,
		"PreconditionError",
		(kuid: string) => `A user "${kuid}" exists already.`,
	),
	"security.user.not_found": define(
		0x07040002,
		"NotFoundError",
		(kuid: unknown) => `There is no user "${show(kuid)}".`,
	),
	"security.user.anonymous_profile_required": define(
		0x07040003,
		"BadRequestError",
		() => 'The anonymous user must keep the profile "anonymous".',
	),
	"security.user.cannot_hydrate": define(
		0x07040004,
		"InternalError",
		(kuid: string) =>
			`The profiles of the user "${kuid}" cannot be loaded: at least one does not exist.`,
	),
	"security.user.uninitialized": define(
		0x07040005,
		"InternalError",
		(kuid: string) => `The user "${kuid}" was used before it was loaded.`,
	),
	"security.user.prevent_overwrite": define(
		0x07040006,
		"BadRequestError",
		() =>
			'Some of the users exist already. Choose what to do with them by "onExistingUsers".',
	),
	"security.user.no_profile": define(
		0x07040007,
		"InternalError",
		(kuid: string) => `The user "${kuid}" needs at least one profile.`,
	),
	"security.role.not_found": define(
		0x07050001,
		"NotFoundError",
		(role: unknown) => `There is no role "${show(role)}".`,
	),
	"security.role.login_required": define(
		0x07050002,
		"BadRequestError",
		() => 'The role "anonymous" must allow auth:login, or nobody could log in.',
	),
	"security.role.cannot_delete": define(
		0x07050003,
		"BadRequestError",
		() => "The roles admin, default and anonymous cannot be deleted.",
	),
	"security.role.in_use": define(
		0x07050004,
		"PreconditionError",
		(role: string) =>
			`The role "${role}" is used by a profile. Remove it there first.`,
	),
	"security.role.uninitialized": define(
		0x07050005,
		"InternalError",
		(role: string) => `The role "${role}" was used before it was loaded.`,
	),
	"security.role.invalid_rights": define(
		0x07050006,
		"BadRequestError",
		(role: string, controller: string, action: string) =>
			`The role "${role}" gives an invalid right for "${controller}:${action}".`,
	),
	"security.role.closure_exec_failed": define(
		0x07050007,
		"BadRequestError",
		(role: string, controller: string, action: string) =>
			`The right of the role "${role}" for "${controller}:${action}" failed when it was run.`,
	),
	"security.role.closure_missing_test": define(
		0x07050008,
		"BadRequestError",
		(role: string, controller: string, action: string) =>
			`The right of the role "${role}" for "${controller}:${action}" has no test.`,
	),
	"security.role.unknown_controller": define(
		0x07050009,
		"BadRequestError",
		(role: string, controller: string, hint: string) =>
			`The role "${role}" names a controller that does not exist: "${controller}".${spaced(hint)}`,
	),
	"security.role.unknown_action": define(
		0x0705000a,
		"BadRequestError",
		(role: string, action: string, controller: string, hint?: string) =>
			`The role "${role}" names an action that does not exist: "${controller}:${action}".${spaced(hint ?? "")}`,
	),
	"security.profile.not_found": define(
		0x07060001,
		"NotFoundError",
		(profile: unknown) => `There is no profile "${show(profile)}".`,
	),
	"security.profile.cannot_delete": define(
		0x07060002,
		"BadRequestError",
		() => "The profiles admin, default and anonymous cannot be deleted.",
	),
	"security.profile.in_use": define(
		0x07060003,
		"PreconditionError",
		(profile?: string) =>
			`The profile${profile === undefined ? "" : ` "${profile}"`} is held by users. Take it from them first, or pass "onAssignedUsers=remove".`,
	),
	"security.profile.cannot_hydrate": define(
		0x07060004,
		"InternalError",
		(profile: string) =>
			`The roles of the profile "${profile}" cannot be loaded: at least one does not exist.`,
	),
	"security.profile.missing_anonymous_role": define(
		0x07060005,
		"BadRequestError",
		() => 'The profile "anonymous" must keep the role "anonymous".',
	),
	"security.profile.uninitialized": define(
		0x07060006,
		"InternalError",
		(profile: string) =>
			`The profile "${profile}" was used before it was loaded.`,
	),
	"security.cookie.invalid": define(
		0x07070001,
		"UnauthorizedError",
		() => "The authentication cookie cannot be read. Log in again.",
	),
	"security.cookie.unsupported": define(
		0x07070002,
		"InternalError",
		() =>
			"Authentication by cookie is switched off (http.cookieAuthentication).",
	),
} as const;
