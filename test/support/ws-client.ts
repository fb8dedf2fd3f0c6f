import { once } from "node:events";
import { WebSocket } from "ws";

// biome-ignore lint/suspicious/noExplicitAny: tests look into frames of every shape, and assert what they find.
type AnyFrame = any;

const TIMEOUT_MS = 30_000;

/** A WebSocket connection that keeps every frame, and matches answers to requests by their id. */
export class WsClient {
	readonly socket: WebSocket;
	/** Every frame received, in order; JSON is parsed. */
	readonly frames: AnyFrame[] = [];
	#waiting = new Set<() => void>();
	#nextId = 1;

	private constructor(socket: WebSocket) {
		this.socket = socket;
		socket.on("message", (data) => {
			this.frames.push(parse(String(data)));
			for (const look of this.#waiting) look();
		});
		socket.on("close", () => {
			for (const look of this.#waiting) look();
		});
		socket.on("error", () => {});
	}

	/** `url` is that of the gateway (http:) or of a WebSocket (ws:). Rejects when the upgrade is refused. */
	static async open(
		url: string,
		headers: Readonly<Record<string, string>> = {},
	): Promise<WsClient> {
		const socket = new WebSocket(url.replace(/^http/, "ws"), {
			headers,
			handshakeTimeout: TIMEOUT_MS,
		});
		const client = new WsClient(socket);
		await once(socket, "open");
		return client;
	}

	/** Sends a request, with an id of its own unless it has one, and answers its response. */
	async request(request: Record<string, unknown>): Promise<AnyFrame> {
		const requestId = request.requestId ?? `request-${this.#nextId++}`;
		this.send({ ...request, requestId });
		return this.waitFor((frame) => frame.requestId === requestId);
	}

	/** An object is sent as JSON. */
	send(frame: unknown): void {
		const isRaw = typeof frame === "string" || Buffer.isBuffer(frame);
		this.socket.send(isRaw ? frame : JSON.stringify(frame));
	}

	/** The first frame, also of those that are there, for which the test holds. Rejects when the connection ends without one. */
	waitFor(test: (frame: AnyFrame) => boolean): Promise<AnyFrame> {
		return new Promise((resolve, reject) => {
			const finish = (act: () => void) => {
				clearTimeout(timer);
				this.#waiting.delete(look);
				act();
			};
			const look = () => {
				const found = this.frames.find(test);
				if (found !== undefined) finish(() => resolve(found));
				else if (this.socket.readyState === WebSocket.CLOSED)
					finish(() => reject(new Error("The connection ended.")));
			};
			const timer = setTimeout(
				() => finish(() => reject(new Error("No such frame came."))),
				TIMEOUT_MS,
			);
			this.#waiting.add(look);
			look();
		});
	}

	/** The close code. */
	async closed(): Promise<number> {
		const [code] = (await once(this.socket, "close")) as [number];
		return code;
	}

	async close(): Promise<void> {
		if (this.socket.readyState === WebSocket.CLOSED) return;
		this.socket.close();
		await once(this.socket, "close");
	}
}

function parse(text: string): AnyFrame {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
