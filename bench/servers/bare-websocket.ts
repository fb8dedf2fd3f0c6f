// ws with nothing on it: it parses each message and sends the answer that it knows beforehand.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { readSettings, serve } from "./settings.ts";

const { answer } = readSettings<{ readonly answer: string }>();
const server = createServer();
new WebSocketServer({ server }).on("connection", (socket) => {
	socket.on("message", (message: Buffer) => {
		const request = JSON.parse(message.toString("utf8")) as { action: string };
		if (request.action !== "") socket.send(answer);
	});
});
serve(server);
