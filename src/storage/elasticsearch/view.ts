import type { CallOptions } from "../storage.ts";
import type { Cluster } from "./cluster.ts";

/** A point in time: what a scan or a scroll reads, whatever is written meanwhile. */
export interface View {
	readonly id: string;
	/** How long it stays after each use, as Elasticsearch writes durations. */
	readonly keepAlive: string;
}

/** Opens a view of the aliases that `names` lists, and answers its id. */
export async function openView(
	cluster: Cluster,
	names: string,
	keepAlive: string,
	options: CallOptions,
): Promise<string> {
	const { id } = await cluster.request<{ id: string }>(
		{
			method: "POST",
			path: [names, "_pit"],
			query: { keep_alive: keepAlive },
			effect: "read",
		},
		options,
	);
	return id;
}

/** Also for a caller who left: a view that stays open keeps deleted documents on the disk. */
export async function closeView(cluster: Cluster, id: string): Promise<void> {
	try {
		await cluster.request({
			method: "DELETE",
			path: ["_pit"],
			body: { id },
			effect: "read",
		});
	} catch {
		// It ends by itself; what the caller should hear of is why the reading ended, not this.
	}
}
