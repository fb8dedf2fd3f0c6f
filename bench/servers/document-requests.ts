import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import type { Order } from "../corpus/orders.ts";
import type { BareDocument, BareSearch } from "./documents-table.ts";
import { readJson } from "./make-key.ts";
import { serve } from "./settings.ts";

/** The actions that the bare servers of documents know. */
export type DocumentRequest =
	| { readonly action: "get"; readonly _id: string }
	| { readonly action: "create"; readonly body: Order }
	| {
			readonly action: "mCreate";
			readonly body: { readonly documents: readonly { body: Order }[] };
	  }
	| {
			readonly action: "search";
			readonly body: { readonly query: BareSearch };
	  };

/** Does one request and hands over the `result` of its answer. */
export type Handle = (
	request: DocumentRequest,
	done: (result: unknown) => void,
) => void;

const ACTIONS: Readonly<Record<string, DocumentRequest["action"]>> = {
	_create: "create",
	_mCreate: "mCreate",
	_search: "search",
};

/** node:http and ws around what documents cost: they parse the request and write the envelope of the answer, and nothing else. */
export function serveDocuments(
	handle: Handle,
	headers: readonly string[],
): void {
	const server = createServer((request, response) => {
		const last = request.url?.split(/[/?]/)[3] ?? "";
		const action = ACTIONS[last] ?? "get";
		const run = (body: unknown) =>
			handle({ action, _id: last, body } as DocumentRequest, (result) => {
				const requestId = randomUUID();
				const text = envelope(action, requestId, result);
				const list = headers.map((header, at) =>
					headers[at - 1] === "X-Kuzzle-Request-Id" ? requestId : header,
				);
				list.push("Content-Length", String(Buffer.byteLength(text)));
				response.writeHead(200, list);
				response.end(text);
			});
		if (action === "get") run(undefined);
		else readJson(request, run);
	});
	new WebSocketServer({ server }).on("connection", (socket) => {
		socket.on("message", (message: Buffer) => {
			const request = JSON.parse(
				message.toString("utf8"),
			) as DocumentRequest & {
				readonly requestId: string;
			};
			handle(request, (result) =>
				socket.send(envelope(request.action, request.requestId, result)),
			);
		});
	});
	serve(server);
}

function envelope(action: string, requestId: string, result: unknown): string {
	return JSON.stringify({
		status: 200,
		error: null,
		controller: "document",
		action,
		requestId,
		volatile: null,
		headers: {},
		result,
		index: "shop",
		collection: "orders",
	});
}

/** What is stored of a new document. */
export function toDocument(content: Order): BareDocument {
	const bytes = randomBytes(15);
	bytes.writeUIntBE(Date.now(), 0, 6);
	const _kuzzle_info = {
		author: "-1",
		createdAt: Date.now(),
		updatedAt: null,
		updater: null,
	};
	return {
		id: bytes.toString("base64url"),
		content: { _kuzzle_info, ...content } as BareDocument["content"],
	};
}

export function toCreated({ id, content }: BareDocument) {
	return { _id: id, _source: content, _version: 1 };
}

/** The answer of mCreate. */
export function toAllCreated(documents: readonly BareDocument[]) {
	const done = { status: 201, created: true, result: "created" };
	const successes = documents.map((one) => ({ ...toCreated(one), ...done }));
	return { successes, errors: [] };
}
