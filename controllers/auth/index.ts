import type { Action } from "../../src/action/define-action.ts";
import type { Security } from "../../src/security/security.ts";
import {
	createApiKey,
	deleteApiKey,
	searchApiKeys,
} from "../security/api-keys.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import {
	checkRights,
	getCurrentUser,
	getMyRights,
	getStrategies,
} from "./me.ts";
import {
	createMyCredentials,
	credentialsExist,
	deleteMyCredentials,
	getMyCredentials,
	updateMyCredentials,
	validateMyCredentials,
} from "./my-credentials.ts";
import { checkToken, createToken, refreshToken } from "./tokens.ts";
import { updateSelf } from "./update-self.ts";

/** The actions of the controller `auth`: who the caller is, and the caller's own tokens and keys. */
export const authActions = (security: Security): Action[] =>
	[
		login,
		logout,
		refreshToken,
		createToken,
		checkToken,
		getCurrentUser,
		getMyRights,
		checkRights,
		getStrategies,
		updateSelf,
		createMyCredentials,
		updateMyCredentials,
		deleteMyCredentials,
		validateMyCredentials,
		getMyCredentials,
		credentialsExist,
		createApiKey,
		searchApiKeys,
		deleteApiKey,
	].map((action) => action(security));
