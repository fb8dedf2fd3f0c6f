import type { JsonValue } from "../../lib/json.ts";
import type { Log } from "../../lib/log.ts";
import type { Bus, BusHandler } from "../bus.ts";

/** The bus of a gateway with one node: a message reaches the handlers of this process, and nothing else. */
export function createLocalBus({ log }: { log: Log }): Bus {
	const topics = new Map<string, Set<BusHandler>>();

	return {
		backend: "local",
		async open() {},
		async close() {
			topics.clear();
		},
		subscribe(topic, handler) {
			const handlers = topics.get(topic) ?? new Set();
			handlers.add(handler);
			topics.set(topic, handlers);
			return () => handlers.delete(handler);
		},
		async publish(topic, message, options = {}) {
			const handlers = [...(topics.get(topic) ?? [])];
			const work = Promise.all(
				handlers.map((handler) => run(handler, structuredClone(message))),
			);
			return within(work, options.timeoutMs);
		},
		onConnectivity: () => () => {},
		check() {},
	};

	async function run(handler: BusHandler, message: JsonValue): Promise<void> {
		try {
			await handler(message);
		} catch (error) {
			log.error({ err: error }, "A bus handler failed");
		}
	}
}

async function within(
	work: Promise<unknown>,
	timeoutMs: number | undefined,
): Promise<{ acknowledged: boolean }> {
	if (timeoutMs === undefined) {
		await work;
		return { acknowledged: true };
	}
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<boolean>((resolve) => {
		timer = setTimeout(() => resolve(false), timeoutMs);
	});
	const acknowledged = await Promise.race([work.then(() => true), late]);
	clearTimeout(timer);
	return { acknowledged };
}
