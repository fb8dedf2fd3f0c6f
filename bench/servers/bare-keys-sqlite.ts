// node:http around what createApiKey must do on SQLite: parse, sign, hash, and commit in groups.
import { createServer } from "node:http";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { type KeyRow, openKeysTable } from "./keys-table.ts";
import {
	answerHeaders,
	type KeyRequest,
	type MadeKey,
	makeKey,
	readJson,
} from "./make-key.ts";
import { readSettings, serve } from "./settings.ts";

interface Settings {
	readonly folder: string;
	readonly kuid: string;
	readonly headers: readonly string[];
	/** Commits on a thread of its own, so that requests do not wait for the disk; else on the one that serves them. */
	readonly onThread: boolean;
}

const { folder, kuid, headers, onThread } = readSettings<Settings>();
const file = path.join(folder, "keys.db");
const commit = onThread ? commitOnThread() : commitHere();
let rows: KeyRow[] = [];
let waiting: (() => void)[] = [];

serve(
	createServer((request, response) => {
		readJson<KeyRequest>(request, (body) => {
			const key = makeKey(kuid, body);
			waiting.push(() => {
				response.writeHead(200, answerHeaders(headers, key));
				response.end(key.body);
			});
			if (rows.length === 0) setImmediate(flush);
			rows.push(toRow(key));
		});
	}),
);

function toRow({ id, content }: MadeKey): KeyRow {
	const { description, ttl, _kuzzle_info, ...fields } = content;
	const { author, createdAt } = _kuzzle_info as Record<string, unknown>;
	return {
		id,
		content: JSON.stringify(content),
		fields: JSON.stringify({
			...fields,
			description: String(description).split(" "),
			ttl: String(ttl),
			"_kuzzle_info.author": author,
			"_kuzzle_info.createdAt": createdAt,
		}),
	};
}

/** What has come in one turn of the event loop is one group. */
function flush(): void {
	const answers = waiting;
	commit(rows, () => {
		for (const answer of answers) answer();
	});
	rows = [];
	waiting = [];
}

function commitHere(): (group: KeyRow[], done: () => void) => void {
	const table = openKeysTable(file);
	return (group, done) => {
		table.insert(group);
		done();
	};
}

function commitOnThread(): (group: KeyRow[], done: () => void) => void {
	const worker = new Worker(new URL("./keys-writer.js", import.meta.url), {
		workerData: { file },
	});
	const under: (() => void)[] = [];
	worker.on("message", () => under.shift()?.());
	return (group, done) => {
		under.push(done);
		worker.postMessage(group);
	};
}
