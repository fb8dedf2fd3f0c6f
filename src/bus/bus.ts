import type { JsonValue } from "../lib/json.ts";

/**
 * The bus port: messages between the nodes of one gateway. `local` serves one node, `redis` many.
 * Each published message reaches each live node's subscribers once, this node's own among them, in the order of publishing per node.
 */
export interface Bus {
	readonly backend: "local" | "redis";
	open(): Promise<void>;
	close(): Promise<void>;
	/** Handlers are called in the order of their subscription, none waits for another; a handler's failure is logged and stops no other. The answer unsubscribes. */
	subscribe(topic: string, handler: BusHandler): () => void;
	/**
	 * Resolves when the handlers of every live node have finished (also asynchronous ones), or after `timeoutMs`, whichever is first;
	 * after the whole time, too, when the other nodes cannot be reached.
	 * Answers whether all acknowledged in time. What revokes something waits for this before it answers.
	 */
	publish(
		topic: string,
		message: JsonValue,
		options?: { timeoutMs?: number },
	): Promise<{ acknowledged: boolean }>;
	/** Called when the connection to the other nodes is lost (`false`) and back (`true`). Local: never. */
	onConnectivity(listener: (connected: boolean) => void): () => void;
	/**
	 * Looks now whether the other nodes can be heard, and calls those listeners if that has changed. For who is about to act on what a
	 * message would have changed: after a pause of the process, timers come too late. Takes next to no time.
	 */
	check(): void;
}

export type BusHandler = (message: JsonValue) => void | Promise<void>;
