import type { Figure } from "../lib/bench.ts";
import { startGateway, startServer } from "../lib/children.ts";
import { ask, ownHeaders } from "../lib/exchange.ts";
import { fillOrders } from "../scale/fill.ts";
import { compareDocuments, DOCUMENTS, FIRST_CALL } from "./documents.ts";

export const documentsSqlite: Figure = {
	name: "documents-sqlite",
	summary:
		"document:get, create, mCreate and search on SQLite, against node:http and ws around the same statements on the same threads",
	async measure(bench) {
		const core = bench.cores?.server ?? null;
		const gateway = bench.closing(
			await startGateway(await bench.folder(), core),
		);
		await fillOrders(gateway, DOCUMENTS);
		const settings = {
			folder: await bench.folder(),
			headers: ownHeaders(await ask(FIRST_CALL, gateway.port)),
			documents: DOCUMENTS,
		};
		const bare = bench.closing(
			await startServer("bare-documents-sqlite.js", settings, core),
		);
		return compareDocuments(
			bench,
			{ gateway, bare },
			{ store: "SQLite", figure: "j", atLeast: 0.5 },
		);
	},
};
