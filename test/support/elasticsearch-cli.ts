/**
 * Starts and stops an Elasticsearch for a whole test run, from a process that is not the one that tests:
 * `node elasticsearch-cli.js start [--version 9.5.3]` prints {url, version, pid, folder} as one line of JSON once it is ready;
 * `node elasticsearch-cli.js stop --pid <pid> --folder <folder>` ends that server and removes its folder.
 * Exit status 3: this machine cannot run one; the reason is on stderr.
 */
import { parseArgs } from "node:util";
import {
	ElasticsearchUnavailable,
	startElasticsearch,
	stopElasticsearch,
} from "./elasticsearch.ts";

const STATUS_UNAVAILABLE = 3;

const { positionals, values } = parseArgs({
	allowPositionals: true,
	options: {
		version: { type: "string" },
		pid: { type: "string" },
		folder: { type: "string" },
	},
});

if (positionals[0] === "start") {
	await start(values.version);
} else if (positionals[0] === "stop" && values.pid && values.folder) {
	await stopElasticsearch(Number(values.pid), values.folder);
} else {
	console.error("Usage: start [--version V] | stop --pid PID --folder FOLDER");
	process.exitCode = 2;
}

async function start(version: string | undefined): Promise<void> {
	try {
		const server = await startElasticsearch({
			own: true,
			detached: true,
			...(version === undefined ? {} : { version }),
		});
		const { url, pid, folder } = server;
		console.log(JSON.stringify({ url, version: server.version, pid, folder }));
	} catch (error) {
		if (!(error instanceof ElasticsearchUnavailable)) throw error;
		console.error(error.message);
		process.exitCode = STATUS_UNAVAILABLE;
	}
}
