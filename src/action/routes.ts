import { createError } from "../errors/gateway-error.ts";

export interface Route {
	readonly verb: string;
	/** Segments that begin with ":" are placeholders: "/:index/:collection/_create". */
	readonly path: string;
	readonly controller: string;
	readonly action: string;
}

export interface RouteMatch {
	readonly controller: string;
	readonly action: string;
	/** The placeholders' values, decoded, on an object without prototype that is the caller's to keep. */
	readonly params: Record<string, unknown>;
}

export interface RouteTree {
	/** Null where there is no route. Never throws. */
	match(verb: string, pathname: string): RouteMatch | null;
}

interface Node {
	readonly literals: Map<string, Node>;
	placeholder: Node | null;
	target: Target | null;
}

interface Target {
	readonly route: Route;
	/** Of the placeholders, from left to right: two routes may name the same place differently. */
	readonly names: readonly string[];
}

/**
 * The routes as a tree, so that a request is matched by one walk along its segments. At each level a literal segment beats a
 * placeholder and there is no way back, as in Kuzzle. Paths are case-sensitive; empty segments are skipped, hence a trailing
 * slash does not count. Fails with `network.http.duplicate_url` when two routes are one.
 */
export function createRouteTree(routes: readonly Route[]): RouteTree {
	const roots = new Map<string, Node>();
	for (const route of routes) {
		addRoute(childOf(roots, route.verb), route);
	}
	return {
		match(verb, pathname) {
			const root = roots.get(verb);
			return root === undefined ? null : walk(root, pathname);
		},
	};
}

function createNode(): Node {
	return { literals: new Map(), placeholder: null, target: null };
}

function childOf(children: Map<string, Node>, key: string): Node {
	const known = children.get(key);
	if (known !== undefined) return known;
	const child = createNode();
	children.set(key, child);
	return child;
}

function addRoute(root: Node, route: Route): void {
	const names: string[] = [];
	let node = root;
	for (const segment of route.path.split("/")) {
		if (segment === "") continue;
		if (segment.startsWith(":")) {
			names.push(segment.slice(1));
			node = node.placeholder ??= createNode();
			continue;
		}
		node = childOf(node.literals, segment);
	}
	if (node.target !== null) {
		throw createError("network.http.duplicate_url", route.path);
	}
	node.target = { route, names };
}

function walk(root: Node, pathname: string): RouteMatch | null {
	const values: string[] = [];
	let node = root;
	let start = 0;
	while (start < pathname.length) {
		const slash = pathname.indexOf("/", start);
		const end = slash === -1 ? pathname.length : slash;
		if (end > start) {
			const segment = decode(pathname.slice(start, end));
			if (segment === null) return null;
			const literal = node.literals.get(segment);
			if (literal !== undefined) node = literal;
			else if (node.placeholder !== null) {
				values.push(segment);
				node = node.placeholder;
			} else return null;
		}
		start = end + 1;
	}
	return node.target === null ? null : toMatch(node.target, values);
}

function toMatch({ route, names }: Target, values: string[]): RouteMatch {
	const params: Record<string, unknown> = Object.create(null);
	for (let at = 0; at < names.length; at++) {
		params[names[at] as string] = values[at];
	}
	return { controller: route.controller, action: route.action, params };
}

/** Null for a malformed percent sequence: such a path names nothing. */
function decode(segment: string): string | null {
	if (!segment.includes("%")) return segment;
	try {
		return decodeURIComponent(segment);
	} catch {
		return null;
	}
}
