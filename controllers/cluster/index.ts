import type { Action } from "../../src/action/define-action.ts";
import type { ClusterContext } from "./context.ts";
import { status } from "./status.ts";

/** The actions of the controller `cluster`: the nodes of this gateway. */
export const clusterActions = (context: ClusterContext): Action[] => [
	status(context),
];
