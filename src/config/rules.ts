import { CACHE_BACKEND, chooseCache, chooseStorage } from "./choices.ts";
import { type ConfigIssue, showValue } from "./config-error.ts";
import type { Config } from "./keys.ts";

type Given = ReadonlyMap<string, string>;
type Demand = (
	holds: boolean,
	key: string,
	value: unknown,
	expected: string,
) => void;

/** What no single key can tell: rules between keys. Only for a configuration whose keys are right one by one. */
export function checkRules(config: Config, given: Given): ConfigIssue[] {
	const {
		concurrentRequests,
		requestsBufferSize,
		requestsBufferWarningThreshold,
	} = config.limits;
	const { metrics, port } = config.server;
	const issues: ConfigIssue[] = [];
	const demand: Demand = (holds, key, value, expected) => {
		if (holds) return;
		const source = given.get(key) ?? "default";
		issues.push({ key, value: showValue(key, value), expected, source });
	};
	demand(
		concurrentRequests < requestsBufferSize,
		"limits.concurrentRequests",
		concurrentRequests,
		`less than limits.requestsBufferSize (${requestsBufferSize})`,
	);
	demand(
		requestsBufferWarningThreshold >= concurrentRequests &&
			requestsBufferWarningThreshold <= requestsBufferSize,
		"limits.requestsBufferWarningThreshold",
		requestsBufferWarningThreshold,
		`a number between limits.concurrentRequests (${concurrentRequests}) and limits.requestsBufferSize (${requestsBufferSize})`,
	);
	demand(
		!metrics.enabled || metrics.port === 0 || metrics.port !== port,
		"server.metrics.port",
		metrics.port,
		"another port than server.port",
	);
	demand(
		originsCompile(config),
		"http.accessControlAllowOrigin",
		config.http.accessControlAllowOrigin,
		"regular expressions, since http.accessControlAllowOriginUseRegExp is set",
	);
	const { stretching, encryption } =
		config.plugins["kuzzle-plugin-auth-passport-local"];
	demand(
		!(stretching && encryption === "hash"),
		"plugins.kuzzle-plugin-auth-passport-local.encryption",
		encryption,
		'"hmac", since stretching is on',
	);
	const minimumNodes: unknown = config.cluster.minimumNodes;
	demand(
		minimumNodes === 1,
		"cluster.minimumNodes",
		minimumNodes,
		"1, since waiting for a number of nodes is not built yet",
	);
	checkCache(config, given, demand);
	return issues;
}

/** Nodes that share a Redis share their store, and SQLite is of one node. */
function checkCache(config: Config, given: Given, demand: Demand): void {
	const cache = chooseCache({ config, given });
	if (cache.backend !== "redis") return;
	const storage = chooseStorage({ config, given });
	demand(
		storage.backend !== "sqlite",
		CACHE_BACKEND,
		cache.backend,
		`"embedded", since the store is SQLite, which is for one node: for many nodes give them an Elasticsearch (services.storageEngine.client.node). Redis was chosen because ${cache.reason}`,
	);
	const { nodes } = config.services.internalCache;
	demand(
		nodes === null,
		"services.internalCache.nodes",
		nodes,
		"nothing, since a Redis Cluster cannot be used yet: give services.internalCache.node, or sentinels in services.internalCache.options",
	);
}

/** Right, but worth a word to the operator. */
export function listConcerns(config: Config): string[] {
	const secrets = {
		"security.authToken.secret": config.security.authToken.secret,
		"security.jwt.secret": config.security.jwt.secret,
	};
	return Object.entries(secrets).flatMap(([key, secret]) =>
		secret !== null && secret.length < SECRET_LENGTH_GOOD
			? [
					`${key} is short: use at least ${SECRET_LENGTH_GOOD} random characters, or none, and one is made for you.`,
				]
			: [],
	);
}

/** RFC 7518 §3.2: the key of HS256 has at least 256 bits. */
const SECRET_LENGTH_GOOD = 32;

function originsCompile({ http }: Config): boolean {
	if (!http.accessControlAllowOriginUseRegExp) return true;
	return http.accessControlAllowOrigin.every((origin) => {
		if (origin === "*") return true;
		try {
			new RegExp(origin);
			return true;
		} catch {
			return false;
		}
	});
}
