import type { Action } from "../../src/action/define-action.ts";
import type { Security } from "../../src/security/security.ts";
import type { PasswordResets } from "../../src/security/strategies/password-resets.ts";
import { getResetPasswordToken, reset } from "./reset.ts";

/** The actions of the controller `kuzzle-plugin-auth-passport-local/password`: new passwords for who cannot log in. */
export const localPasswordActions = (
	security: Security,
	resets: PasswordResets,
): Action[] => [getResetPasswordToken(resets), reset(security, resets)];
