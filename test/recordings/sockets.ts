import type { Address } from "./http-exchange.ts";
import type { Line } from "./line.ts";
import { openMqttLine } from "./mqtt-line.ts";
import type { Frame, SocketStep } from "./recording.ts";
import { openWebSocketLine } from "./web-socket-line.ts";

const FRAMES_TIMEOUT_MS = 5_000;

/** The named connections of one scenario, and the frames that they received. */
export class Sockets {
	#address: Address;
	#open = new Map<string, Line>();
	#frames: Frame[] = [];
	#arrived: () => void = () => {};

	constructor(address: Address) {
		this.#address = address;
	}

	/** Opens the connection unless it is open. */
	async open(
		name: string,
		via: SocketStep["via"],
		headers: Readonly<Record<string, string>> = {},
	): Promise<void> {
		if (this.#open.has(name)) return;
		let line: Line | undefined;
		const events = {
			frame: (frame: Frame) => this.#add(frame),
			closed: (closed: number | true) => {
				// One that was closed from this side is no longer in the list: its end is no event.
				if (line === undefined || this.#open.get(name) !== line) return;
				this.#open.delete(name);
				this.#add({ conn: name, closed });
			},
		};
		line =
			via === "mqtt"
				? await openMqttLine(name, this.#address, events)
				: await openWebSocketLine(name, this.#address, headers, events);
		this.#open.set(name, line);
	}

	get(name: string): Line | undefined {
		return this.#open.get(name);
	}

	async close(name: string): Promise<void> {
		const line = this.#open.get(name);
		this.#open.delete(name);
		await line?.close();
	}

	closeAll(): void {
		for (const line of this.#open.values()) line.terminate();
		this.#open.clear();
	}

	/** Waits until so many frames have come since the last `drain`, or for too long. */
	async waitFor(count: number): Promise<void> {
		const deadline = Date.now() + FRAMES_TIMEOUT_MS;
		while (this.#frames.length < count && Date.now() < deadline) {
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, deadline - Date.now());
				this.#arrived = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	}

	/** Hands over the frames that came since the last call. */
	drain(): Frame[] {
		return this.#frames.splice(0);
	}

	#add(frame: Frame): void {
		this.#frames.push(frame);
		this.#arrived();
	}
}
