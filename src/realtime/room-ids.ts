import { createHmac } from "node:crypto";
import type { Filter } from "../koncorde/filter.ts";
import { keyOf } from "../koncorde/normalise.ts";
import type { Place } from "./rooms.ts";

/** Names rooms: the same place and filter have the same id on every node, and nobody can guess a filter by trying ids. */
export class RoomIds {
	#key: Buffer | undefined;

	/** The secret that all nodes share. What is made of it here tells nothing of it. To be called before the first room. */
	useSecret(secret: string): void {
		this.#key = createHmac("sha256", secret)
			.update("portico: ids of rooms")
			.digest();
	}

	/** Takes a normalised filter. 64 hexadecimal digits. */
	of({ index, collection }: Place, filter: Filter): string {
		if (this.#key === undefined) throw new Error("rooms before the secret");
		return createHmac("sha256", this.#key)
			.update(JSON.stringify([index, collection, keyOf(filter)]))
			.digest("hex");
	}
}
