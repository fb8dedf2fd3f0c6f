import { connect, type Socket } from "node:net";
import type { LoadClient } from "./client.ts";
import type { HttpPlan } from "./plan.ts";

/** Room for one read. All connections share it: what was read is looked at before the next one reads. */
const READ_BYTES = 65_536;
const STATUS_AT = "HTTP/1.1 ".length;
const DIGIT_2 = 0x32;

/**
 * HTTP/1.1 over raw sockets, so that the load costs far less than what it measures. An answer as long as the last one of its
 * connection, in one piece and with a status of 2xx, is counted unread; any other is taken apart.
 */
export function createHttpClient(plan: HttpPlan): LoadClient {
	const request = Buffer.from(plan.request, "latin1");
	const buffer = Buffer.allocUnsafe(READ_BYTES);
	const sockets: Socket[] = [];
	const client = {
		answers: 0,
		failure: undefined as Error | undefined,
		open: async () => {
			const opening = Array.from({ length: plan.connections }, openOne);
			sockets.push(...(await Promise.all(opening)));
		},
		start() {
			for (const socket of sockets) socket.write(request);
		},
		close() {
			for (const socket of sockets) socket.destroy();
		},
	};
	return client;

	function openOne(): Promise<Socket> {
		let answerBytes = 0;
		let piece: Buffer | undefined;
		const fail = (reason: string) => {
			client.failure ??= new Error(reason);
		};
		const receive = (bytes: number): boolean => {
			const isUsual =
				piece === undefined &&
				bytes === answerBytes &&
				buffer[STATUS_AT] === DIGIT_2;
			if (!isUsual) {
				const part = Buffer.from(buffer.subarray(0, bytes));
				piece = piece === undefined ? part : Buffer.concat([piece, part]);
				const length = lengthOf(piece);
				if (length === undefined || piece.length < length) return true;
				if (piece.length > length || piece[STATUS_AT] !== DIGIT_2) {
					fail(`Not the expected answer:\n${piece.toString("latin1")}`);
					return true;
				}
				answerBytes = length;
				piece = undefined;
			}
			client.answers++;
			socket.write(request);
			return true;
		};
		const socket = connect({
			port: plan.port,
			host: "127.0.0.1",
			noDelay: true,
			onread: { buffer, callback: receive },
		});
		return new Promise((resolve, reject) => {
			socket.once("connect", () => resolve(socket));
			socket.once("error", (error) => {
				fail(String(error));
				reject(error);
			});
			socket.once("end", () => fail("The server closed a connection."));
		});
	}
}

/** Of head and body together, by Content-Length; undefined while the head is not whole. */
function lengthOf(answer: Buffer): number | undefined {
	const end = answer.indexOf("\r\n\r\n");
	if (end === -1) return undefined;
	const head = answer.toString("latin1", 0, end);
	const length = /^content-length: *(\d+)/im.exec(head)?.[1];
	if (length === undefined) {
		throw new Error(`An answer without Content-Length:\n${head}`);
	}
	return end + 4 + Number(length);
}
