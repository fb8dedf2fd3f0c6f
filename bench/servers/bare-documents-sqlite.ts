// node:http and ws around what documents cost on SQLite: reads by id here, groups of writes on one thread, searches on another.
import path from "node:path";
import { Worker } from "node:worker_threads";
import { order, orderId } from "../corpus/orders.ts";
import {
	type DocumentRequest,
	serveDocuments,
	toAllCreated,
	toCreated,
	toDocument,
} from "./document-requests.ts";
import {
	type BareDocument,
	type BareHit,
	type BarePage,
	openDocumentsTable,
} from "./documents-table.ts";
import type { ThreadRequest } from "./documents-thread.ts";
import { readSettings } from "./settings.ts";

interface Settings {
	readonly folder: string;
	readonly headers: readonly string[];
	/** How many of the corpus are there from the beginning. */
	readonly documents: number;
}

const { folder, headers, documents } = readSettings<Settings>();
const file = path.join(folder, "bare.db");
const table = openDocumentsTable(file);
fill();
const write = startThread<null>();
const search = startThread<BarePage>();
let waiting: BareDocument[] = [];
let answers: (() => void)[] = [];

serveDocuments((request, done) => handle(request, done), headers);

function handle(
	request: DocumentRequest,
	done: (result: unknown) => void,
): void {
	switch (request.action) {
		case "get": {
			const content = JSON.parse(table.get(request._id) ?? "null");
			done({ _id: request._id, _source: content, _version: 1 });
			return;
		}
		case "create": {
			const document = toDocument(request.body);
			insert([document], () => done(toCreated(document)));
			return;
		}
		case "mCreate": {
			const made = request.body.documents.map(({ body }) => toDocument(body));
			insert(made, () => done(toAllCreated(made)));
			return;
		}
		case "search":
			search({ search: request.body.query }, ({ hits, total }) =>
				done({ hits: hits.map(toHit), total }),
			);
	}
}

function toHit({ id, score, content }: BareHit) {
	const _source = JSON.parse(content) as unknown;
	return {
		_id: id,
		_score: score,
		_source,
		index: "shop",
		collection: "orders",
	};
}

/** What has come in one turn of the event loop is one group. */
function insert(made: readonly BareDocument[], answer: () => void): void {
	if (waiting.length === 0) setImmediate(flush);
	waiting.push(...made);
	answers.push(answer);
}

function flush(): void {
	const group = answers;
	write({ insert: waiting }, () => {
		for (const answer of group) answer();
	});
	waiting = [];
	answers = [];
}

function startThread<Answer>() {
	const worker = new Worker(new URL("./documents-thread.js", import.meta.url), {
		workerData: { file },
	});
	const under: ((answer: Answer) => void)[] = [];
	worker.on("message", (answer: Answer) => under.shift()?.(answer));
	return (request: ThreadRequest, done: (answer: Answer) => void) => {
		under.push(done);
		worker.postMessage(request);
	};
}

function fill(): void {
	const made = Array.from({ length: documents }, (_, n) => ({
		...toDocument(order(n)),
		id: orderId(n),
	}));
	table.insert(made);
}
