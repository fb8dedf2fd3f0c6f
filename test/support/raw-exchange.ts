import { connect } from "node:net";

const TIMEOUT_MS = 30_000;

/** Writes bytes to a fresh TCP connection and answers all that comes back until the other side ends it. Rejects after too long. */
export function rawExchange(
	address: { readonly host: string; readonly port: number },
	bytes: string | Uint8Array,
): Promise<string> {
	return new Promise((resolve, reject) => {
		const socket = connect(address.port, address.host);
		const chunks: Buffer[] = [];
		const finish = () => resolve(Buffer.concat(chunks).toString("latin1"));
		socket.setTimeout(TIMEOUT_MS, () => {
			socket.destroy();
			reject(new Error(`The connection was not ended in ${TIMEOUT_MS} ms.`));
		});
		socket.on("data", (chunk: Buffer) => chunks.push(chunk));
		// What was cut off in the middle of an answer is an end like any other.
		socket.on("error", finish);
		socket.on("close", finish);
		socket.write(bytes);
	});
}
