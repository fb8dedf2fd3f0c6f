import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toRoutes } from "../../src/action/action-routes.ts";
import type { Action } from "../../src/action/define-action.ts";
import { plannedActions } from "../../src/action/planned-actions.ts";
import { standardRights } from "../../src/config/standard-rights.ts";
import { declaredActions } from "../support/declared-actions.ts";
import { readText } from "./sources.ts";

interface KuzzleRoute {
	readonly verb: string;
	readonly path: string;
	readonly controller: string;
	readonly action: string;
	readonly deprecatedSince?: string;
	readonly replacedBy?: string;
	/** The plugin that brings it; the others are of the server itself. */
	readonly plugin?: string;
}

const kuzzleActions = Object.keys(
	JSON.parse(readText("test/action/kuzzle-actions.json")) as object,
);
const kuzzleRoutes = JSON.parse(
	readText("test/action/kuzzle-routes.json"),
) as readonly KuzzleRoute[];
/** Actions of the plugin that Kuzzle comes with. */
const pluginActions = new Set(
	kuzzleRoutes
		.filter(({ plugin }) => plugin !== undefined)
		.map(({ controller, action }) => `${controller}:${action}`),
);
const declared = declaredActions();
const built = new Set(declared.map(({ name }) => name));
const planned = Object.entries(plannedActions).flatMap(
	([controller, actions]) => actions.map((action) => `${controller}:${action}`),
);

describe("the actions", () => {
	it("that are planned are not built", () => {
		assert.deepEqual(
			planned.filter((name) => built.has(name)),
			[],
		);
	});

	it("that are planned and those that are built are Kuzzle's, each once", () => {
		assert.equal(kuzzleActions.length, 278);
		assert.deepEqual(
			[...planned, ...built].filter((name) => !pluginActions.has(name)).sort(),
			[...kuzzleActions].sort(),
		);
	});

	it("have every route of Kuzzle's, and no other", () => {
		for (const action of declared) {
			assert.deepEqual(
				toRoutes([action]).map(toText).sort(),
				routesOf(action).map(toText).sort(),
				action.name,
			);
		}
	});

	it("say which routes are deprecated, since when, and what to use instead", () => {
		for (const action of declared) {
			const expected = routesOf(action).filter(
				({ deprecatedSince }) => deprecatedSince !== undefined,
			);
			if (pluginActions.has(action.name)) continue;
			assert.deepEqual(
				action.deprecatedRoutes.map(({ route, since, replacedBy }) => [
					route,
					since,
					replacedBy,
				]),
				expected.map((route) => [
					toText(route),
					route.deprecatedSince,
					route.replacedBy,
				]),
				action.name,
			);
		}
	});

	it("that the standard rights name are known", () => {
		const known = new Set([...built, ...planned]);
		const named = Object.values(standardRights.roles).flatMap(
			({ controllers }) =>
				Object.entries(controllers).flatMap(([controller, { actions }]) =>
					Object.keys(actions).map((action) => `${controller}:${action}`),
				),
		);
		assert.ok(named.length > 10);
		assert.deepEqual(
			named.filter((name) => name !== "*:*" && !known.has(name)),
			[],
		);
	});
});

function routesOf({ name }: Action): readonly KuzzleRoute[] {
	return kuzzleRoutes.filter(
		({ controller, action }) => `${controller}:${action}` === name,
	);
}

function toText({ verb, path }: { verb: string; path: string }): string {
	return `${verb} ${path}`;
}
