import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import type { AdminContext } from "./context.ts";

/** Nothing about indexes is remembered on any node, so there is nothing to forget: it tells whether the store answers. */
export const refreshIndexCache = ({ storage }: AdminContext) =>
	defineAction({
		name: "admin:refreshIndexCache",
		summary:
			"Reads the list of indexes from the store. It is never older than a request, so this changes nothing.",
		http: ["POST /admin/_refreshIndexCache"],
		args: {},
		body: none,
		result: null,
		async handler({ signal }) {
			await storage.listIndexes("public", { signal: signal() });
		},
	});
