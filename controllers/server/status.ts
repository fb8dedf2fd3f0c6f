import { Answer } from "../../src/action/answer.ts";
import { names } from "../../src/action/args.ts";
import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import {
	anyObject,
	flagged,
	objectOf,
	text,
	whole,
} from "../../src/action/json-schema.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { ServerContext } from "./context.ts";

export const now = ({ clock }: ServerContext) =>
	defineAction({
		name: "server:now",
		summary: "Tells the server's time.",
		http: ["GET /_now"],
		args: {},
		body: none,
		result: objectOf({ now: whole("Milliseconds since the epoch.") }),
		handler: () => ({ now: clock.now() }),
	});

export const healthCheck = (server: ServerContext) =>
	defineAction({
		name: "server:healthCheck",
		summary: "Tells whether the services behind the server can be reached.",
		http: ["GET /_healthCheck"],
		args: { services: names("Checks these only, separated by commas.") },
		body: none,
		result: objectOf({
			status: text("`green` or `red`."),
			services: anyObject("{<service>: `green` or `red`}"),
		}),
		async handler({ args, signal }) {
			const checks = {
				internalCache: async () => (await server.cache.health()).status,
				memoryStorage: async () => (await server.cache.health()).status,
				storageEngine: async () =>
					(await server.storage.health({ signal: signal() })).status,
			};
			const asked = Object.entries(checks).filter(
				([name]) => args.services?.includes(name) ?? true,
			);
			const services: Record<string, "green" | "red"> = {};
			for (const [name, check] of asked) {
				services[name] = (await check()) === "red" ? "red" : "green";
			}
			const down = Object.keys(services).filter(
				(name) => services[name] === "red",
			);
			const result = { status: down.length === 0 ? "green" : "red", services };
			if (down.length === 0) return result;
			return new Answer(result, {
				error: createError("core.fatal.service_unavailable", down.join(", ")),
			});
		},
	});

export const adminExists = ({ security }: ServerContext) =>
	defineAction({
		name: "server:adminExists",
		summary: "Tells whether any user is an administrator.",
		http: ["GET /_adminExists"],
		args: {},
		body: none,
		result: objectOf({ exists: flagged("Whether there is one.") }),
		handler: async ({ signal }) => ({
			exists: await security.users.anyHolds("admin", signal()),
		}),
	});
