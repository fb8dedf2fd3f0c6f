import type { Action } from "../../src/action/define-action.ts";
import type { AdminContext } from "./context.ts";
import { resetDatabase } from "./reset-database.ts";
import { loadSecurities, resetSecurity } from "./securities.ts";

/** The actions of the controller `admin`: the server as a whole. */
export const adminActions = (admin: AdminContext): Action[] => [
	loadSecurities(admin.security),
	resetSecurity(admin.security),
	resetDatabase(admin),
];
