import type { NodeCard } from "../../src/realtime/peer.ts";
import type { Peers } from "../../src/realtime/peers.ts";

/** What the actions of `cluster` tell about. */
export interface ClusterContext {
	/** The node that answers. */
	readonly card: NodeCard;
	readonly peers: Peers;
}
