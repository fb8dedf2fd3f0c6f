import type { Action } from "./define-action.ts";
import type { Route } from "./routes.ts";

/** The HTTP routes of actions, for the route tree. */
export function toRoutes(actions: readonly Action[]): Route[] {
	return actions.flatMap(({ controller, action, http, deprecatedRoutes }) =>
		[...http, ...deprecatedRoutes.map(({ route }) => route)].map((route) => {
			const [verb = "", path = ""] = route.split(" ");
			return { verb, path, controller, action };
		}),
	);
}
