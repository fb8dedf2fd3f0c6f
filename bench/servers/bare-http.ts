// node:http with nothing on it: it knows its answer beforehand, and writes it.
import { createServer } from "node:http";
import { type FixedAnswer, readSettings, serve } from "./settings.ts";

const answer = readSettings<FixedAnswer>();
const headers = [
	...answer.headers,
	"Content-Length",
	String(Buffer.byteLength(answer.body)),
];

serve(
	createServer((_request, response) => {
		response.writeHead(200, headers);
		response.end(answer.body);
	}),
);
