import type { JsonObject } from "../../lib/json.ts";
import type { Storage, StorageHealth } from "../storage.ts";
import type { Cluster } from "./cluster.ts";
import { Refusal } from "./refusal.ts";
import { translateError } from "./translate-refusal.ts";

interface ClusterHealth {
	readonly status: StorageHealth["status"];
	readonly cluster_name: string;
	readonly number_of_nodes: number;
	readonly number_of_data_nodes: number;
}

interface ServerVersion {
	readonly version: {
		readonly number: string;
		readonly lucene_version: string;
	};
}

export function createStatus(
	cluster: Cluster,
): Pick<Storage, "health" | "info"> {
	return {
		async health(options) {
			try {
				const { status } = await clusterHealth(cluster, options?.signal);
				if (status !== "yellow") return { status };
				return { status, reason: "some replicas have no node to be on" };
			} catch (error) {
				return { status: "red", reason: (error as Error).message };
			}
		},

		async info(options) {
			try {
				const health = await clusterHealth(cluster, options?.signal);
				return {
					type: "elasticsearch",
					version: await serverVersion(cluster),
					cluster: health.cluster_name,
					status: health.status,
					nodes: health.number_of_nodes,
					...(await figures(cluster)),
				};
			} catch (error) {
				throw translateError(error);
			}
		},
	};
}

/** `GET /` says it; where that is not served (the minimal distribution that tests run on), a node does. */
export async function serverVersion(cluster: Cluster): Promise<string> {
	try {
		const { version } = await cluster.request<ServerVersion>({
			method: "GET",
			path: [],
			effect: "read",
		});
		return version.number;
	} catch (error) {
		if (!(error instanceof Refusal)) throw error;
		const { nodes } = await cluster.request<{
			nodes: Record<string, { version: string }>;
		}>({
			method: "GET",
			path: ["_nodes", "_local"],
			query: { filter_path: "nodes.*.version" },
			effect: "read",
		});
		return Object.values(nodes)[0]?.version ?? "unknown";
	}
}

function clusterHealth(
	cluster: Cluster,
	signal: AbortSignal | undefined,
): Promise<ClusterHealth> {
	return cluster.request<ClusterHealth>(
		{ method: "GET", path: ["_cluster", "health"], effect: "read" },
		{ signal },
	);
}

/** Size and count of everything in the cluster, where the account may ask for it. */
async function figures(cluster: Cluster): Promise<JsonObject> {
	try {
		const { indices } = await cluster.request<{
			indices: { docs: { count: number }; store: { size_in_bytes: number } };
		}>({ method: "GET", path: ["_cluster", "stats"], effect: "read" });
		return {
			documents: indices.docs.count,
			spaceUsedBytes: indices.store.size_in_bytes,
		};
	} catch (error) {
		if (error instanceof Refusal) return {};
		throw error;
	}
}
