import { readFileSync } from "node:fs";
import express, { type ErrorRequestHandler, type Express } from "express";
import type { Log } from "../../src/lib/log.ts";
import type { Html } from "./html.ts";
import { icon } from "./icon.ts";
import {
	renderController,
	renderIndex,
	renderMissing,
	type Site,
} from "./render-page.ts";
import { style } from "./style.ts";

export interface ReferenceAppOptions extends Site {
	/** The path of the first page, without a slash at its end. */
	readonly root: string;
	readonly log: Log;
}

/** Nothing but what this app serves is loaded or run by its pages, and nobody puts them into a frame. */
const HEADERS = {
	"Content-Security-Policy":
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Cross-Origin-Opener-Policy": "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Referrer-Policy": "no-referrer",
	"X-Content-Type-Options": "nosniff",
	"X-Frame-Options": "DENY",
	"Cache-Control": "no-cache",
} as const;

/** All links of the pages are relative, so that they hold under whatever path the gateway is mounted. */
export function createReferenceApp(options: ReferenceAppOptions): Express {
	const { root } = options;
	const app = express();
	app.disable("x-powered-by");
	app.enable("strict routing");
	app.enable("case sensitive routing");
	app.use((request, response, next) => {
		response.set(HEADERS);
		if (request.method === "GET" || request.method === "HEAD") next();
		else response.set("Allow", "GET, HEAD").status(405).end();
	});
	app.get(root, (_request, response) => {
		response.redirect(`${root.slice(1)}/`);
	});
	for (const [name, type, text] of assets()) {
		app.get(`${root}/${name}`, (_request, response) => {
			response.type(type).send(text);
		});
	}
	for (const [name, { text }] of pages(options)) {
		app.get(`${root}/${name}`, (_request, response) => {
			response.type("html").send(text);
		});
	}
	app.use((_request, response) => {
		response.status(404).type("html").send(renderMissing(options).text);
	});
	app.use(answerError(options.log));
	return app;
}

/** By their paths below the root. */
function pages(site: Site): Map<string, Html> {
	return new Map([
		["", renderIndex(site)],
		...site.controllers.map(
			(controller) =>
				[controller.name, renderController(site, controller)] as const,
		),
	]);
}

function assets(): readonly (readonly [string, string, string])[] {
	const script = new URL("./browser/try-call.js", import.meta.url);
	return [
		["reference.css", "css", style],
		["icon.svg", "svg", icon],
		["try-call.js", "js", readFileSync(script, "utf8")],
	];
}

/** A path that cannot be decoded is the client's mistake; express would show a stack trace. */
function answerError(log: Log): ErrorRequestHandler {
	return (error: unknown, _request, response, next) => {
		if (response.headersSent) {
			next(error);
			return;
		}
		const isClients = error instanceof URIError;
		if (!isClients) log.error({ err: error }, "A reference page met a defect");
		response
			.status(isClients ? 400 : 500)
			.type("txt")
			.send(isClients ? "Bad request.\n" : "Internal error.\n");
	};
}
