import { ORDERS_MAPPING, order, orderId } from "../corpus/orders.ts";
import { residentMegabytes } from "../lib/cpu-time.ts";
import { ask } from "../lib/exchange.ts";

/** Documents of one call of `bulk:import`. */
const BATCH = 1_000;
/** Calls under way at once, so that the server never waits for this process. */
const CALLS = 3;

export const SHOP = "/shop/orders";

/** What filling a store took. */
export interface Filled {
	readonly documents: number;
	/** Bytes of the documents as JSON. */
	readonly rawBytes: number;
	readonly seconds: number;
	/** The most memory that the server was seen with. */
	readonly peakMegabytes: number;
}

/** Makes the collection of the corpus "orders" and imports so many of its documents through the API. */
export async function fillOrders(
	{ port, pid }: { readonly port: number; readonly pid: number },
	documents: number,
): Promise<Filled> {
	await ask(put("/shop/_create", "POST"), port);
	await ask(put(SHOP, "PUT", { mappings: ORDERS_MAPPING }), port);
	let next = 0;
	let rawBytes = 0;
	let peakMegabytes = 0;
	const begun = performance.now();
	const importMore = async () => {
		while (next < documents) {
			const first = next;
			next = Math.min(documents, first + BATCH);
			const bulkData: unknown[] = [];
			for (let n = first; n < next; n++) {
				const content = order(n);
				rawBytes += JSON.stringify(content).length;
				bulkData.push({ index: { _id: orderId(n) } }, content);
			}
			const answer = await ask(
				put(`${SHOP}/_bulk`, "POST", { bulkData }),
				port,
			);
			if (!answer.body.includes('"errors":[]'))
				throw new Error(`Not imported: ${answer.body.slice(0, 1000)}`);
			peakMegabytes = Math.max(peakMegabytes, residentMegabytes(pid) ?? 0);
		}
	};
	await Promise.all(Array.from({ length: CALLS }, importMore));
	const seconds = (performance.now() - begun) / 1000;
	return { documents, rawBytes, seconds, peakMegabytes };
}

function put(path: string, method: string, body?: unknown) {
	return { method, path, headers: {}, ...(body === undefined ? {} : { body }) };
}
