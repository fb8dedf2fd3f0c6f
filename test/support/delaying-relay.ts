import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP connection to a real server over which everything takes its time, and which a test can cut. */
export interface DelayingRelay {
	readonly port: number;
	/** How long each piece takes to come through, one way, in milliseconds. */
	delayMs: number;
	/** Cuts what is open, and what is opened from now on. */
	cut(): void;
	/** Lets new connections through again. */
	mend(): void;
	close(): Promise<void>;
}

export async function createDelayingRelay(
	targetPort: number,
): Promise<DelayingRelay> {
	const sockets = new Set<Socket>();
	let isCut = false;
	const server = createServer((client) => {
		if (isCut) {
			client.destroy();
			return;
		}
		const upstream = connect(targetPort, "127.0.0.1");
		join(client, upstream);
		join(upstream, client);
	}).listen(0, "127.0.0.1");

	/** Pieces keep their order: timers of one length fire in the order in which they were set. */
	function join(from: Socket, to: Socket): void {
		sockets.add(from);
		from.on("data", (piece) => {
			setTimeout(() => to.writable && to.write(piece), relay.delayMs);
		});
		from.on("error", () => {});
		from.on("close", () => {
			sockets.delete(from);
			to.destroy();
		});
	}
	function cut(): void {
		isCut = true;
		for (const socket of sockets) socket.destroy();
	}

	await once(server, "listening");
	const relay: DelayingRelay = {
		port: (server.address() as AddressInfo).port,
		delayMs: 0,
		cut,
		mend() {
			isCut = false;
		},
		async close() {
			cut();
			server.close();
			await once(server, "close");
		},
	};
	return relay;
}
