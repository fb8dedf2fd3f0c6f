import type { Documents } from "../../src/documents/documents.ts";
import type { Scrolls } from "../../src/scrolls/scrolls.ts";
import type { Security } from "../../src/security/security.ts";
import type { Storage } from "../../src/storage/storage.ts";
import type { Validations } from "../../src/validation/validations.ts";

/** What the actions on data work on: those of `index`, `collection`, `document` and `bulk`. */
export interface DataContext {
	readonly storage: Storage;
	readonly documents: Documents;
	readonly validations: Validations;
	readonly scrolls: Scrolls;
	readonly security: Security;
	readonly limits: {
		readonly documentsFetchCount: number;
		readonly documentsWriteCount: number;
	};
}
