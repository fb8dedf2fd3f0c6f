import { randomBytes } from "node:crypto";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLog } from "../../../src/lib/log.ts";
import {
	createElasticsearchStorage,
	type ElasticsearchOptions,
} from "../../../src/storage/elasticsearch/elasticsearch-storage.ts";
import type { Storage } from "../../../src/storage/storage.ts";

const COMMON_MAPPING = {
	dynamic: "false",
	properties: {
		_kuzzle_info: {
			properties: {
				author: { type: "keyword" },
				createdAt: { type: "date" },
				updatedAt: { type: "date" },
				updater: { type: "keyword" },
			},
		},
	},
};

export interface MadeStorage {
	readonly storage: Storage;
	readonly namespace: string;
}

/** Not opened. In a namespace of its own, unless another is asked for. */
export function createStorage(
	url: string,
	options: Partial<ElasticsearchOptions> = {},
): MadeStorage {
	const { namespace = `t${randomBytes(6).toString("hex")}` } = options;
	const storage = createElasticsearchStorage({
		client: { node: url },
		requestTimeoutMs: 60_000,
		searchTimeoutMs: 30_000,
		commonMapping: COMMON_MAPPING,
		// A test server has one node, which copies could not be on, and a limit on shards.
		defaultSettings: { number_of_shards: 1, number_of_replicas: 0 },
		generateMissingAliases: true,
		ids: randomIds,
		log: silentLog,
		...options,
		namespace,
	});
	return { storage, namespace };
}

/** Open. */
export async function makeStorage(
	url: string,
	options: Partial<ElasticsearchOptions> = {},
): Promise<MadeStorage> {
	const made = createStorage(url, options);
	await made.storage.open();
	return made;
}
