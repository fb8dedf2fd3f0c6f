import { type ClientRequest, type IncomingMessage, request } from "node:http";

export interface ServerEvent {
	readonly event: string;
	// biome-ignore lint/suspicious/noExplicitAny: events have every shape, and tests assert what they find.
	readonly data: any;
}

export interface FollowOptions {
	readonly headers?: Readonly<Record<string, string>>;
	readonly token?: string;
}

/** A stream of events as it was answered, or what it was refused with. */
export class SseClient {
	readonly status: number;
	readonly headers: IncomingMessage["headers"];
	/** All that came. */
	text = "";
	isEnded = false;
	readonly #request: ClientRequest;
	#taken = 0;
	#look: () => void = () => {};

	/** Use `follow`. */
	constructor(outgoing: ClientRequest, response: IncomingMessage) {
		this.#request = outgoing;
		this.status = response.statusCode ?? 0;
		this.headers = response.headers;
		response.setEncoding("utf8");
		response.on("data", (piece: string) => {
			this.text += piece;
			this.#look();
		});
		response.on("error", () => {});
		response.on("close", () => {
			this.isEnded = true;
			this.#look();
		});
	}

	/** The events that are wholly there, without comments. */
	get events(): ServerEvent[] {
		return this.text
			.split("\n\n")
			.slice(0, -1)
			.flatMap((block) => parse(block) ?? []);
	}

	/** The next event that was not taken yet. Rejects when the stream ends without one. */
	async next(): Promise<ServerEvent> {
		await this.until(() => this.isEnded || this.events.length > this.#taken);
		const event = this.events[this.#taken];
		if (event === undefined) throw new Error("The stream has ended.");
		this.#taken++;
		return event;
	}

	/** Waits for as long as it takes: the test runner's own limit ends what never comes. */
	until(holds: () => boolean): Promise<void> {
		return new Promise((resolve) => {
			this.#look = () => {
				if (holds()) resolve();
			};
			this.#look();
		});
	}

	async ended(): Promise<void> {
		await this.until(() => this.isEnded);
	}

	/** Goes away, as a browser does that leaves the page. */
	close(): void {
		this.#request.destroy();
	}
}

/** Asks for a stream of events, on a connection of its own. Resolves with the head of the answer. */
export function follow(
	url: string,
	path: string,
	{ headers = {}, token }: FollowOptions = {},
): Promise<SseClient> {
	const all = {
		accept: "text/event-stream",
		...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
		...headers,
	};
	return new Promise((resolve, reject) => {
		const outgoing = request(
			`${url}${path}`,
			{ headers: all, agent: false },
			(response) => resolve(new SseClient(outgoing, response)),
		);
		outgoing.on("error", reject);
		outgoing.end();
	});
}

function parse(block: string): ServerEvent | null {
	const fields = new Map(
		block.split("\n").map((line) => {
			const colon = line.indexOf(":");
			return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
		}),
	);
	const data = fields.get("data");
	if (data === undefined) return null;
	return { event: fields.get("event") ?? "message", data: JSON.parse(data) };
}
