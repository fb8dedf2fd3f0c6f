import { isObject } from "../../src/lib/json.ts";
import { type Address, exchange } from "./http-exchange.ts";

interface Route {
	readonly verb: string;
	readonly segments: readonly string[];
}

/** What a server can do so far, by its own account (`server:publicApi`), so that recordings light up as actions are built. */
export class BuiltActions {
	#names = new Set<string>();
	#routes: Route[] = [];

	/** Takes the result of `server:publicApi`. */
	constructor(publicApi: unknown) {
		for (const [controller, actions] of entries(publicApi)) {
			for (const [action, declaration] of entries(actions)) {
				this.#names.add(`${controller}:${action}`);
				this.#routes.push(...toRoutes(declaration));
			}
		}
	}

	get size(): number {
		return this.#names.size;
	}

	/** Takes `controller:action`. */
	has(name: string): boolean {
		return this.#names.has(name);
	}

	hasRoute(verb: string, path: string): boolean {
		const segments = toSegments(path.replace(/\?.*$/, ""));
		return this.#routes.some(
			(route) =>
				route.verb === verb &&
				route.segments.length === segments.length &&
				route.segments.every(
					(segment, i) => segment.startsWith(":") || segment === segments[i],
				),
		);
	}
}

/** Asks the server. Throws when it does not answer with its actions. */
export async function readBuiltActions(
	address: Address,
): Promise<BuiltActions> {
	const answer = await exchange(address, {
		method: "GET",
		path: "/_publicApi",
	});
	if ("failed" in answer) throw new Error(answer.failed);
	const text = answer.bytes.toString("utf8");
	if (answer.status !== 200) throw new Error(`GET /_publicApi: ${text}`);
	return new BuiltActions((JSON.parse(text) as { result: unknown }).result);
}

function toRoutes(declaration: unknown): Route[] {
	if (!isObject(declaration) || !Array.isArray(declaration.http)) return [];
	return declaration.http.map((route: Record<string, unknown>) => ({
		verb: String(route.verb),
		segments: toSegments(String(route.path ?? route.url)),
	}));
}

function toSegments(path: string): string[] {
	return path.split("/").filter((segment) => segment !== "");
}

function entries(value: unknown): [string, unknown][] {
	return isObject(value) ? Object.entries(value) : [];
}
