// The threads of `bare-documents-sqlite.ts`: one that writes and one that searches.
import { parentPort, workerData } from "node:worker_threads";
import {
	type BareDocument,
	type BareSearch,
	openDocumentsTable,
} from "./documents-table.ts";

export type ThreadRequest =
	| { readonly insert: readonly BareDocument[] }
	| { readonly search: BareSearch };

const table = openDocumentsTable((workerData as { file: string }).file);

parentPort?.on("message", (request: ThreadRequest) => {
	if ("insert" in request) {
		table.insert(request.insert);
		parentPort?.postMessage(null);
	} else parentPort?.postMessage(table.search(request.search));
});
