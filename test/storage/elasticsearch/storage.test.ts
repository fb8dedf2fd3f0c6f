import { after, it } from "node:test";
import { storageContract } from "../../contracts/storage.contract.ts";
import { elasticsearchOrReason } from "../../support/elasticsearch.ts";
import { makeStorage } from "./test-kit.ts";

const server = await elasticsearchOrReason();

if ("unavailable" in server) {
	it("runs on Elasticsearch", { skip: server.unavailable }, () => {});
} else {
	after(() => server.stop());
	storageContract(`Elasticsearch ${server.version}`, async () => {
		let { storage, namespace } = await makeStorage(server.url);
		return {
			storage,
			async reopen() {
				await storage.close();
				({ storage } = await makeStorage(server.url, { namespace }));
				return storage;
			},
			close: () => storage.close(),
		};
	});
}
