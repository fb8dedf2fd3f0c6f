import type { BulkImports } from "../../src/documents/bulk-imports.ts";
import type { Security } from "../../src/security/security.ts";
import type { Storage } from "../../src/storage/storage.ts";

/** What the actions of the controller `admin` work on. */
export interface AdminContext {
	readonly security: Security;
	readonly storage: Storage;
	readonly imports: BulkImports;
}
