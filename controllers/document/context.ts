import type { BulkImports } from "../../src/documents/bulk-imports.ts";
import type { DocumentsByQuery } from "../../src/documents/by-query.ts";
import type { DocumentSearches } from "../../src/documents/document-searches.ts";
import type { Documents } from "../../src/documents/documents.ts";
import type { DocumentExports } from "../../src/documents/exports.ts";
import type { Reindexing } from "../../src/documents/reindexing.ts";
import type { Scrolls } from "../../src/scrolls/scrolls.ts";
import type { Security } from "../../src/security/security.ts";
import type { Storage } from "../../src/storage/storage.ts";
import type { Validations } from "../../src/validation/validations.ts";

/** What the actions on data work on: those of `index`, `collection`, `document` and `bulk`. */
export interface DataContext {
	readonly storage: Storage;
	readonly documents: Documents;
	readonly searches: DocumentSearches;
	readonly byQuery: DocumentsByQuery;
	readonly exports: DocumentExports;
	readonly imports: BulkImports;
	readonly reindexing: Reindexing;
	readonly validations: Validations;
	readonly scrolls: Scrolls;
	readonly security: Security;
	/** How often an update that names no number is tried again when another came first. */
	readonly conflictRetries: number;
	readonly limits: {
		readonly documentsFetchCount: number;
		readonly documentsWriteCount: number;
	};
}
