import type { IncomingMessage, ServerResponse } from "node:http";
import type { Action } from "../../src/action/define-action.ts";
import type { Log } from "../../src/lib/log.ts";
import type { HttpFallback } from "../http/create-http-protocol.ts";

export interface ReferenceOptions {
	/** What the pages show; asked for once, at the first request. */
	readonly actions: () => readonly Action[];
	/** Shown beside the title. */
	readonly version: string;
	readonly log: Log;
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const ROOT = "/_docs";

/** The action reference at `/_docs`, for people. Express and the pages are loaded by the first who asks for them. */
export function createReference(options: ReferenceOptions): HttpFallback {
	let loading: Promise<Serve> | undefined;
	return {
		claims: (pathname) =>
			pathname.startsWith(ROOT) &&
			(pathname.length === ROOT.length || pathname[ROOT.length] === "/"),
		handle(request, response) {
			loading ??= load(options);
			loading.then(
				(serve) => serve(request, response),
				(error: unknown) => {
					options.log.error({ err: error }, "The reference cannot be shown");
					response.writeHead(500).end();
				},
			);
		},
	};
}

async function load({
	actions,
	version,
	log,
}: ReferenceOptions): Promise<Serve> {
	const [{ createReferenceApp }, { toReference }] = await Promise.all([
		import("./reference-app.ts"),
		import("../../src/action/reference.ts"),
	]);
	const controllers = toReference(actions());
	return createReferenceApp({ root: ROOT, controllers, version, log });
}
