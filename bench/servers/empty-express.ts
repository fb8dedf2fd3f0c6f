// An express app with one route, which knows its answer beforehand.
import { createServer } from "node:http";
import express from "express";
import { type FixedAnswer, readSettings, serve } from "./settings.ts";

interface Settings extends FixedAnswer {
	readonly path: string;
}

const answer = readSettings<Settings>();
const headers = [
	...answer.headers,
	"Content-Length",
	String(Buffer.byteLength(answer.body)),
];

const app = express();
// The gateway's answers do not have it either.
app.disable("x-powered-by");
app.get(answer.path, (_request, response) => {
	response.writeHead(200, headers);
	response.end(answer.body);
});
serve(createServer(app));
