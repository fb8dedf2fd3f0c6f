import assert from "node:assert/strict";
import { it } from "node:test";
import type { Target } from "../../../src/storage/storage.ts";
import { backends } from "../../support/backends.ts";
import { makeStorage } from "./test-kit.ts";

const TIMEOUT_MS = 120_000;
const BLOCKS = {
	// What Elasticsearch sets itself on each indice of a node whose disk is full.
	read_only_allow_delete: "portico.storage.full",
	read_only: "portico.storage.read_only",
	write: "portico.storage.read_only",
};

if (backends().includes("elasticsearch"))
	for (const [block, id] of Object.entries(BLOCKS))
		it(`an indice with the block "${block}" refuses writes with ${id}, and is read as before`, {
			timeout: TIMEOUT_MS,
		}, async () => {
			const url = process.env.ELASTICSEARCH_URL ?? "";
			const { storage, namespace } = await makeStorage(url);
			const target: Target = {
				scope: "public",
				index: "blocked",
				collection: "things",
			};
			const set = async (value: boolean) => {
				const indice = encodeURIComponent(`${namespace}&blocked.things`);
				const reply = await fetch(`${url}/${indice}/_settings`, {
					method: "PUT",
					headers: { "content-type": "application/json" },
					body: JSON.stringify({ [`index.blocks.${block}`]: value }),
				});
				assert.ok(reply.ok, await reply.text());
			};
			const write = (name: string) =>
				storage.write(target, [
					{ kind: "create", id: name, content: {} },
					{ kind: "createOrReplace", id: `${name}-too`, content: {} },
				]);
			await storage.createCollection(target);
			try {
				await write("before");
				await set(true);
				for (const outcome of await write("blocked")) {
					assert.equal(outcome.ok, false);
					assert.equal(!outcome.ok && outcome.error.id, id);
					assert.equal(!outcome.ok && outcome.error.status, 503);
				}
				const [single] = await storage.write(target, [
					{ kind: "update", id: "before", changes: { n: 1 } },
				]);
				assert.equal(single?.ok === false && single.error.id, id);
				assert.deepEqual((await storage.get(target, "before"))?.content, {});
				assert.equal(await storage.exists(target, "blocked"), false);
				await set(false);
				for (const outcome of await write("after"))
					assert.equal(outcome.ok, true);
			} finally {
				await set(false);
				await storage.deleteIndex("public", target.index);
				await storage.close();
			}
		});
