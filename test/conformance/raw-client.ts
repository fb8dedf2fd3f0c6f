import { connect, type Socket } from "node:net";

const TIMEOUT_MS = 10_000;

/** A TCP connection that sends bytes as they are told, and gathers what comes. */
export class RawClient {
	readonly socket: Socket;
	#received = Buffer.alloc(0);
	#isClosed = false;
	#news: () => void = () => {};

	/** Use `openRaw`. */
	constructor(socket: Socket) {
		this.socket = socket;
		socket.setNoDelay(true);
		socket.on("data", (chunk) => {
			this.#received = Buffer.concat([this.#received, chunk]);
			this.#news();
		});
		socket.on("close", () => {
			this.#isClosed = true;
			this.#news();
		});
		socket.on("error", () => {});
	}

	send(...bytes: (Buffer | readonly number[] | string)[]): void {
		this.socket.write(
			Buffer.concat(
				bytes.map((part) =>
					typeof part === "string" ? Buffer.from(part) : Buffer.from(part),
				),
			),
		);
	}

	/** Takes off what `read` finds at the front of the bytes; it answers null while there are too few. */
	async take<T>(
		read: (bytes: Buffer) => { value: T; length: number } | null,
	): Promise<T> {
		for (;;) {
			const found = read(this.#received);
			if (found !== null) {
				this.#received = this.#received.subarray(found.length);
				return found.value;
			}
			if (this.#isClosed) {
				throw new Error(
					`Closed after ${this.#received.length} bytes: ${this.#received.toString("hex").slice(0, 200)}`,
				);
			}
			await this.#next();
		}
	}

	/** Resolves with what came before the server closed the connection and was not taken. */
	async closed(): Promise<Buffer> {
		while (!this.#isClosed) await this.#next();
		return this.#received;
	}

	#next(): Promise<void> {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(
				() => reject(new Error("Nothing came")),
				TIMEOUT_MS,
			);
			this.#news = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}
}

export function openRaw(port: number): Promise<RawClient> {
	return new Promise((resolve, reject) => {
		const socket = connect(port, "127.0.0.1");
		socket.once("error", reject);
		socket.once("connect", () => {
			socket.off("error", reject);
			resolve(new RawClient(socket));
		});
	});
}
