import { once } from "node:events";
import {
	type AddressInfo,
	connect,
	createServer,
	type Server,
	type Socket,
} from "node:net";

/** A TCP connection to a real server that a test can cut, stall and refuse. */
export interface TcpRelay {
	readonly url: string;
	/** Refuses new connections, and cuts those that are open. */
	refuse(): Promise<void>;
	/** Accepts connections again, on the same port. */
	accept(): Promise<void>;
	/** Takes what clients send, and passes nothing on. */
	stall(): void;
	/** Cuts what was stalled, and passes on again what comes on new connections. */
	flow(): void;
	/** Does that when the `n`th next HTTP request comes in, before it is passed on. Requests of one client at a time are counted right. */
	atRequest(n: number, act: (relay: TcpRelay) => void): void;
	close(): Promise<void>;
}

const REQUEST = /^(GET|PUT|POST|DELETE|HEAD) /;

export async function createTcpRelay(target: string): Promise<TcpRelay> {
	const { hostname, port } = new URL(target);
	const sockets = new Set<Socket>();
	let isStalled = false;
	let countdown: { left: number; act: () => void } | undefined;

	const track = (socket: Socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
		socket.on("error", () => {});
	};
	const cut = () => {
		for (const socket of sockets) socket.destroy();
	};
	const onData = (upstream: Socket, data: Buffer) => {
		if (countdown && REQUEST.test(data.toString("latin1", 0, 8))) {
			countdown.left--;
			if (countdown.left === 0) {
				countdown.act();
				countdown = undefined;
			}
		}
		if (!isStalled && !upstream.destroyed) upstream.write(data);
	};
	const onConnection = (client: Socket) => {
		const upstream = connect(Number(port), hostname);
		track(client);
		track(upstream);
		client.on("data", (data) => onData(upstream, data));
		client.on("close", () => upstream.destroy());
		upstream.on("close", () => client.destroy());
		upstream.on("data", (data) => {
			if (!isStalled && !client.destroyed) client.write(data);
		});
	};

	let server: Server | undefined;
	let ownPort = 0;
	const accept = async () => {
		server = createServer(onConnection).listen(ownPort, "127.0.0.1");
		await once(server, "listening");
		ownPort = (server.address() as AddressInfo).port;
	};
	const refuse = async () => {
		const closing = server;
		server = undefined;
		if (closing === undefined) return;
		const closed = once(closing, "close");
		closing.close();
		cut();
		await closed;
	};
	await accept();

	const relay: TcpRelay = {
		url: `http://127.0.0.1:${ownPort}`,
		refuse,
		accept,
		stall: () => {
			isStalled = true;
		},
		flow: () => {
			isStalled = false;
			cut();
		},
		atRequest: (n, act) => {
			countdown = { left: n, act: () => act(relay) };
		},
		close: refuse,
	};
	return relay;
}
