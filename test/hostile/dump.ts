import { createHash } from "node:crypto";
import path from "node:path";
import { Connection } from "../../src/sqlite/connection.ts";
import type { Storage } from "../../src/storage/storage.ts";
import type { TestGateway } from "../support/gateway.ts";
import { withStorage } from "../support/with-storage.ts";

/** Looks into the store of a gateway that runs. */
export interface Dump {
	/** A digest of all that is kept. Two are equal when the store holds the same. */
	contents(): Promise<string>;
	/** Quicker: two are equal when nothing was written between them. */
	quick(): Promise<string>;
	close(): void;
}

export function openDump(gateway: TestGateway): Dump {
	return gateway.backend === "sqlite"
		? dumpFile(path.join(gateway.dataFolder, "portico.db"))
		: {
				contents: () => withStorage(gateway, dumpDocuments),
				quick: () => countWrites(gateway),
				close() {},
			};
}

/** What counts of each table; the numbers that SQLite hands out may leave gaps. What a deleted collection held goes by and by. */
const QUERIES = [
	"SELECT scope, name FROM indexes ORDER BY 1, 2",
	"SELECT index_number, name, mappings, settings FROM collections ORDER BY 1, 2",
	"SELECT collection, id, version, content FROM documents WHERE collection IN (SELECT number FROM collections) ORDER BY 1, 2",
	"SELECT namespace, hex(key), hex(value), expires_at FROM cache ORDER BY 1, 2",
];

/** The whole database file, logins too, by a connection of its own. It is read again only when somebody has written. */
function dumpFile(file: string): Dump {
	const database = new Connection(file, { readOnly: true });
	let version: number | undefined;
	let digest = "";
	const contents = async () => {
		const now = database.get<{ data_version: number }>("PRAGMA data_version");
		if (now?.data_version !== version) {
			version = now?.data_version;
			digest = digestOf(QUERIES.map((query) => database.all(query)));
		}
		return digest;
	};
	return { contents, quick: contents, close: () => database.close() };
}

/** How often anything was indexed or deleted in the indices of the gateway. */
async function countWrites({ namespace }: TestGateway): Promise<string> {
	const pattern = encodeURIComponent(`*${namespace?.name}*`);
	const stats = `${pattern}/_stats/indexing?expand_wildcards=all`;
	const answer = await fetch(new URL(stats, namespace?.url));
	const { _all } = (await answer.json()) as {
		_all: { primaries: { indexing: Record<string, number> } };
	};
	const { index_total, delete_total } = _all.primaries.indexing;
	return `${index_total} ${delete_total}`;
}

async function dumpDocuments(storage: Storage): Promise<string> {
	const found: unknown[] = [];
	for (const scope of ["private", "public"] as const) {
		for (const index of await storage.listIndexes(scope)) {
			for (const collection of await storage.listCollections(scope, index)) {
				const target = { scope, index, collection };
				found.push([target, await documentsOf(storage, target)]);
			}
		}
	}
	return digestOf(found);
}

async function documentsOf(
	storage: Storage,
	target: Parameters<Storage["refresh"]>[0],
): Promise<unknown[]> {
	await storage.refresh(target);
	const documents: [string, unknown][] = [];
	const query = { kind: "match_all" } as const;
	for await (const page of storage.scan([target], { query }))
		for (const { id, version, content } of page)
			documents.push([id, [version, content]]);
	return documents.sort(([one], [other]) => (one < other ? -1 : 1));
}

function digestOf(value: unknown): string {
	return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
