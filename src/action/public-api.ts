import { toRoutes } from "./action-routes.ts";
import type { Action } from "./define-action.ts";

export interface PublicAction {
	readonly controller: string;
	readonly action: string;
	readonly http?: readonly {
		readonly url: string;
		readonly path: string;
		readonly verb: string;
	}[];
}

/** What `server:publicApi` answers: controllers, their actions, their routes. Kuzzle's SDKs learn HTTP routes from it. */
export function toPublicApi(
	actions: readonly Action[],
): Record<string, Record<string, PublicAction>> {
	const api: Record<string, Record<string, PublicAction>> = {};
	for (const declared of actions) {
		const { controller, action } = declared;
		const routes = toRoutes([declared]).map(({ verb, path }) => ({
			url: path,
			path,
			verb,
		}));
		const members = api[controller] ?? {};
		members[action] = {
			controller,
			action,
			...(routes.length === 0 ? {} : { http: routes }),
		};
		api[controller] = members;
	}
	return api;
}
