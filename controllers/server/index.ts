import type { Action } from "../../src/action/define-action.ts";
import type { ServerContext } from "./context.ts";
import { info, openapi, publicApi } from "./describe.ts";
import { adminExists, healthCheck, now } from "./status.ts";

/** The actions of the controller `server`: what the server is and how it does. */
export const serverActions = (server: ServerContext): Action[] =>
	[now, info, healthCheck, adminExists, publicApi, openapi].map((action) =>
		action(server),
	);
