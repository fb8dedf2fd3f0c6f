import type { Action } from "../../src/action/define-action.ts";
import type { AdminContext } from "./context.ts";
import { loadFixtures } from "./load-fixtures.ts";
import { loadMappings } from "./load-mappings.ts";
import { refreshIndexCache } from "./refresh-index-cache.ts";
import { resetDatabase } from "./reset-database.ts";
import { loadSecurities, resetSecurity } from "./securities.ts";

/** The actions of the controller `admin`: the server as a whole. */
export const adminActions = (admin: AdminContext): Action[] => [
	loadSecurities(admin.security),
	resetSecurity(admin.security),
	resetDatabase(admin),
	loadMappings(admin),
	loadFixtures(admin),
	refreshIndexCache(admin),
];
