import type { Action } from "../../src/action/define-action.ts";
import type { Security } from "../../src/security/security.ts";
import {
	createUserApiKey,
	deleteUserApiKey,
	searchUserApiKeys,
} from "./api-keys.ts";
import { createCredentials, updateCredentials } from "./credentials.ts";
import { createOrReplaceProfile, getProfile } from "./profiles.ts";
import { createOrReplaceRole, getRole } from "./roles.ts";
import {
	createFirstAdmin,
	createRestrictedUser,
	createUser,
	deleteUser,
	getUser,
	restrictDefaultRights,
} from "./users.ts";

/** The actions of the controller `security`: users, their rights, credentials and keys. */
export const securityActions = (security: Security): Action[] =>
	[
		createFirstAdmin,
		restrictDefaultRights,
		createUser,
		createRestrictedUser,
		getUser,
		deleteUser,
		createOrReplaceRole,
		getRole,
		createOrReplaceProfile,
		getProfile,
		createCredentials,
		updateCredentials,
		createUserApiKey,
		searchUserApiKeys,
		deleteUserApiKey,
	].map((action) => action(security));
