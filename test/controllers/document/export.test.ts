import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { DocumentExports } from "../../../src/documents/exports.ts";
import { createError } from "../../../src/errors/gateway-error.ts";
import type { SearchHit, Storage } from "../../../src/storage/storage.ts";
import { type Backend, backends } from "../../support/backends.ts";
import { startGateway, type TestGateway } from "../../support/gateway.ts";

const TARGET = { scope: "public", index: "big", collection: "c" } as const;
/** Much more than sockets and streams buffer on the way. */
const DOCUMENTS = 3_000;
const FILLER = "x".repeat(8_000);

function hit(at: number): SearchHit {
	return {
		id: `d${at}`,
		version: 1,
		revision: "1",
		content: { n: at, text: FILLER },
		score: null,
		index: TARGET.index,
		collection: TARGET.collection,
	};
}

/** Pages without end, and how many of them were read. */
function endlessStorage(failAt = Number.POSITIVE_INFINITY) {
	const seen = { pages: 0, ended: 0 };
	const storage = {
		async *scan() {
			try {
				for (;;) {
					if (seen.pages === failAt) {
						throw createError("services.storage.not_connected");
					}
					seen.pages++;
					yield [hit(seen.pages)];
				}
			} finally {
				seen.ended++;
			}
		},
	} as unknown as Storage;
	return { exports: new DocumentExports({ storage }), seen };
}

const everything = {
	target: TARGET,
	query: { kind: "match_all" },
	sort: [],
	pageSize: 1,
	format: { kind: "jsonl" },
} as const;

describe("an export", () => {
	it("reads no further than its reader", async () => {
		const { exports, seen } = endlessStorage();
		const text = await exports.open(everything, {});
		assert.equal(seen.pages, 1);
		await text.next();
		const read = seen.pages;
		assert.ok(read < 20, `${read} pages for one piece`);
		await text.return();
		assert.deepEqual(seen, { pages: read, ended: 1 });
	});

	it("that fails at its first page fails as a whole", async () => {
		const { exports } = endlessStorage(0);
		await assert.rejects(exports.open(everything, {}), {
			id: "services.storage.not_connected",
		});
	});

	it("that fails further on throws where it is read", async () => {
		const { exports } = endlessStorage(2);
		const text = await exports.open(everything, {});
		await assert.rejects(
			async () => {
				for await (const _piece of text);
			},
			{ id: "services.storage.not_connected" },
		);
	});
});

for (const backend of backends()) {
	describe(`an export over HTTP on ${backend}`, () => {
		it("is whole, however large, and can be sorted", async (test) => {
			const gateway = await startFilled(test, backend);
			for (const path of ["?size=700", "?size=700&sort=[%22n%22]"]) {
				const { text } = await gateway.call("GET", `/big/c/_export${path}`);
				const [, ...lines] = text.trimEnd().split("\n");
				const numbers = lines.map(
					(line) => (JSON.parse(line) as { body: { n: number } }).body.n,
				);
				assert.equal(numbers.length, DOCUMENTS);
				const sorted = numbers.toSorted((a, b) => a - b);
				assert.deepEqual(
					sorted,
					Array.from({ length: DOCUMENTS }, (_, n) => n),
				);
				if (path.includes("sort")) assert.deepEqual(numbers, sorted);
			}
		});
	});
}

async function startFilled(
	test: TestContext,
	backend: Backend,
): Promise<TestGateway> {
	const gateway = await startGateway({ backend });
	test.after(() => gateway.stop());
	const body = {
		mappings: { properties: { n: { type: "integer" } } },
	};
	const must = async (method: string, path: string, body?: unknown) => {
		const reply = await gateway.call(
			method,
			path,
			body === undefined ? {} : { body },
		);
		assert.equal(reply.status, 200, reply.text.slice(0, 300));
	};
	await must("POST", "/big/_create");
	await must("PUT", "/big/c", body);
	for (let n = 0; n < DOCUMENTS; n += 100) {
		const bulkData = Array.from({ length: 100 }, (_, at) => [
			{ index: { _id: `d${n + at}` } },
			{ n: n + at, text: FILLER },
		]).flat();
		await must("POST", "/big/c/_bulk", { bulkData });
	}
	await must("POST", "/big/c/_refresh");
	return gateway;
}
