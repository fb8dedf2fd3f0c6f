import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { createRouteTree, type Route } from "../../src/action/routes.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { packageRoot } from "../../src/lib/package-root.ts";

const kuzzleRoutes = (
	JSON.parse(
		readFileSync(
			path.join(packageRoot, "test", "action", "kuzzle-routes.json"),
			"utf8",
		),
	) as (Route & { fixed?: boolean })[]
).filter((route) => route.fixed !== true);

function route(path: string, action = path, verb = "GET"): Route {
	return { verb, path, controller: "c", action };
}

describe("the routes of Kuzzle", () => {
	const tree = createRouteTree(kuzzleRoutes);

	it("are all there", () => {
		assert.equal(kuzzleRoutes.length, 298);
	});

	for (const { verb, path: pattern, controller, action } of kuzzleRoutes) {
		it(`${verb} ${pattern}`, () => {
			const pathname = pattern.replace(/:(\w+)/g, "value-of-$1");
			const match = tree.match(verb, pathname);
			assert.ok(match);
			assert.deepEqual([match.controller, match.action], [controller, action]);
			const names = [...pattern.matchAll(/:(\w+)/g)].map(([, name]) => name);
			assert.deepEqual(
				{ ...match.params },
				Object.fromEntries(names.map((name) => [name, `value-of-${name}`])),
			);
		});
	}
});

describe("the route tree", () => {
	it("takes a literal segment before a placeholder, and never goes back", () => {
		const tree = createRouteTree([
			route("/users/_mine"),
			route("/:index/:collection"),
		]);
		assert.equal(tree.match("GET", "/users/_mine")?.action, "/users/_mine");
		assert.equal(tree.match("GET", "/other/c")?.action, "/:index/:collection");
		assert.equal(tree.match("GET", "/users/c"), null);
	});

	it("names a placeholder as its own route does", () => {
		const tree = createRouteTree([route("/:a/x"), route("/:b/y")]);
		assert.deepEqual({ ...tree.match("GET", "/1/y")?.params }, { b: "1" });
	});

	it("ignores a trailing slash and empty segments", () => {
		const tree = createRouteTree([route("/a/:b"), route("/")]);
		for (const pathname of ["/a/1", "/a/1/", "//a///1//", "a/1"]) {
			assert.deepEqual({ ...tree.match("GET", pathname)?.params }, { b: "1" });
		}
		assert.equal(tree.match("GET", "/")?.action, "/");
		assert.equal(tree.match("GET", "")?.action, "/");
	});

	it("is case-sensitive, in paths and in verbs", () => {
		const tree = createRouteTree([
			route("/_healthCheck"),
			route("/_healthcheck"),
		]);
		assert.equal(tree.match("GET", "/_healthCheck")?.action, "/_healthCheck");
		assert.equal(tree.match("GET", "/_healthcheck")?.action, "/_healthcheck");
		assert.equal(tree.match("GET", "/_HEALTHCHECK"), null);
		assert.equal(tree.match("get", "/_healthcheck"), null);
	});

	it("decodes segments after it has split them", () => {
		const tree = createRouteTree([route("/:a"), route("/:a/:b")]);
		assert.equal(tree.match("GET", "/a%20b%2Fc")?.params.a, "a b/c");
		assert.equal(tree.match("GET", "/%C3%A9")?.params.a, "é");
		assert.equal(tree.match("GET", "/a+b")?.params.a, "a+b");
	});

	it("finds nothing at a malformed percent sequence", () => {
		const tree = createRouteTree([route("/:a")]);
		for (const pathname of ["/%", "/%zz", "/%C3", "/a%2"]) {
			assert.equal(tree.match("GET", pathname), null);
		}
	});

	it("takes names of Object's own members as plain text", () => {
		const tree = createRouteTree([route("/:__proto__/:constructor")]);
		const params = tree.match("GET", "/toString/__proto__")?.params;
		assert.ok(params);
		assert.equal(Object.getPrototypeOf(params), null);
		assert.deepEqual(Object.entries(params), [
			["__proto__", "toString"],
			["constructor", "__proto__"],
		]);
		assert.equal(tree.match("GET", "/constructor"), null);
	});

	it("refuses a route that is there already, whatever its placeholders are called", () => {
		assert.throws(
			() => createRouteTree([route("/:a/x"), route("/:b/x/")]),
			(error) => isErrorId(error, "network.http.duplicate_url"),
		);
		createRouteTree([route("/:a/x"), route("/:b/x", "other", "PUT")]);
	});
});
