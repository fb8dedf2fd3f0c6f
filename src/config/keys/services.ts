import type { JsonObject } from "../../lib/json.ts";
import {
	boolean,
	duration,
	inert,
	integer,
	notYet,
	oneOf,
	record,
	text,
} from "../key.ts";

const notYetOfRedis = {
	clusterOptions: notYet(
		{ enableReadyCheck: true },
		"Options of a Redis Cluster.",
	),
	nodes: notYet(null, "Nodes of a Redis Cluster."),
	overrideDnsLookup: notYet(false, "Redis by name behind TLS."),
	pingKeepAlive: notYet(null, "Pings to Redis, in milliseconds."),
};

export const services = {
	storageEngine: {
		backend: oneOf({
			default: null,
			values: [null, "sqlite", "elasticsearch"],
			doc: "Where documents live. None: `elasticsearch` when any key of `services.storageEngine.client` is given, else `sqlite`.",
		}),
		namespace: text({
			default: "",
			pattern: /^([a-z0-9][a-z0-9_-]{0,62})?$/,
			expects:
				"up to 63 of a-z, 0-9, _ and -, beginning with a letter or digit, or nothing",
			doc: "Prefix of every name in Elasticsearch, so that several gateways can share one. With none, the names are Kuzzle's.",
			status: "own",
		}),
		requestTimeout: integer({
			default: 10_000,
			min: 1,
			doc: "How long one request to Elasticsearch may take, in milliseconds.",
			status: "own",
		}),
		client: record<JsonObject>({
			default: { node: "http://localhost:9200" },
			doc: "Options of the Elasticsearch client: node or nodes, auth, tls and others. Giving any of them chooses Elasticsearch.",
		}),
		commonMapping: record<JsonObject>({
			default: {
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
			},
			doc: "Mapping that every new collection gets.",
		}),
		defaultSettings: record<JsonObject>({
			default: { number_of_replicas: 1, number_of_shards: 1 },
			doc: "Settings of every new collection in Elasticsearch.",
		}),
		generateMissingAliases: boolean({
			default: true,
			doc: "Whether collections of a Kuzzle older than 2.14 are given the alias that they lack, at the start.",
		}),
		internalIndex: {
			name: notYet("kuzzle", "Name of the private index."),
			collections: notYet(
				{},
				"Settings and mappings of the private collections.",
			),
		},
		maxScrollDuration: duration({
			default: "1m",
			doc: "How long a scroll may be kept between two of its pages; -1 for no limit.",
		}),
		defaults: {
			onUpdateConflictRetries: integer({
				default: 0,
				min: 0,
				doc: "How often an update is tried again when another came first, where the request names no `retryOnConflict`.",
			}),
			scrollTTL: duration({
				default: "15s",
				doc: "How long a scroll is kept between two of its pages when no other time is asked for.",
			}),
		},
		majorVersion: inert(
			"7",
			"Not needed: one client serves Elasticsearch 8 and 9.",
		),
		aliases: inert(
			["storageEngine"],
			"Not needed: services have no other names here.",
		),
	},
	internalCache: {
		backend: oneOf({
			default: null,
			values: [null, "embedded", "redis"],
			doc: "Where login tokens and short-lived data live, and how nodes speak to each other. `redis` is for many nodes, and needs Elasticsearch as the store. None: `redis` when `node`, `nodes`, `options` or `database` of `services.internalCache` is given, else `embedded`.",
		}),
		namespace: text({
			default: "",
			pattern: /^([a-z0-9][a-z0-9_-]{0,62})?$/,
			expects:
				"up to 63 of a-z, 0-9, _ and -, beginning with a letter or digit, or nothing",
			doc: "Prefix of every name in Redis, so that several gateways can share one. With none, login tokens are where Kuzzle keeps them.",
			status: "own",
		}),
		requestTimeout: integer({
			default: 1000,
			min: 1,
			doc: "How long one request to Redis may take, in milliseconds.",
			status: "own",
		}),
		node: {
			host: text({ default: "localhost", doc: "Host of Redis." }),
			port: integer({
				default: 6379,
				min: 1,
				max: 65_535,
				doc: "Port of Redis.",
			}),
		},
		database: integer({
			default: 0,
			min: 0,
			doc: "Number of the Redis database; `options.db` wins over it.",
		}),
		options: record<JsonObject>({
			default: {},
			doc: "Options of the Redis client (ioredis): password, tls, sentinels and others.",
		}),
		...notYetOfRedis,
	},
	memoryStorage: {
		backend: notYet("redis", "Store of the `ms` controller."),
		database: notYet(5, "Redis database."),
		node: {
			host: notYet("localhost", "Host of Redis."),
			port: notYet(6379, "Port of Redis."),
		},
		options: notYet({}, "Options of the Redis client."),
		...notYetOfRedis,
	},
	internalIndex: {
		bootstrapLockTimeout: inert(
			60_000,
			"Not needed: what is written at the first start is claimed without a lock.",
		),
	},
	common: {
		defaultInitTimeout: notYet(
			120_000,
			"How long a service may take to start, in milliseconds.",
		),
		retryInterval: notYet(1000, "Delay between tries, in milliseconds."),
	},
};
