// node:http around what createApiKey must do on Elasticsearch: parse, sign, hash, and the one call of the client.
import { createServer } from "node:http";
import { Client } from "@elastic/elasticsearch";
import {
	answerHeaders,
	type KeyRequest,
	makeKey,
	readJson,
} from "./make-key.ts";
import { readSettings, serve } from "./settings.ts";

interface Settings {
	readonly url: string;
	/** The alias to write to. */
	readonly alias: string;
	readonly kuid: string;
	readonly headers: readonly string[];
}

const { url, alias, kuid, headers } = readSettings<Settings>();
const client = new Client({ node: url, maxRetries: 0 });

serve(
	createServer((request, response) => {
		readJson<KeyRequest>(request, (body) => {
			const key = makeKey(kuid, body);
			client.transport
				.request({
					method: "PUT",
					path: `/${alias}/_create/${key.id}`,
					querystring: { require_alias: true },
					body: key.content,
				})
				.then(
					() => {
						response.writeHead(200, answerHeaders(headers, key));
						response.end(key.body);
					},
					(error: unknown) => {
						response.writeHead(500);
						response.end(String(error));
					},
				);
		});
	}),
);
