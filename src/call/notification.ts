/**
 * A message to those who listen on a channel. It is written down once, however many connections it goes to: each protocol takes the form
 * that it sends.
 */
export class Notification {
	readonly channel: string;
	/** A JSON object, without `room`: what goes to a topic that is named like the channel (MQTT). */
	readonly json: string;
	#frame: Buffer | undefined;

	constructor(channel: string, json: string) {
		this.channel = channel;
		this.json = json;
	}

	/** The JSON with the channel as its `room`, where one socket carries all channels (WebSocket). UTF-8. */
	get frame(): Buffer {
		this.#frame ??= Buffer.from(
			`${this.json.slice(0, -1)},"room":${JSON.stringify(this.channel)}}`,
		);
		return this.#frame;
	}
}
