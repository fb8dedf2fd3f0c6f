import { type Address, exchange } from "./http-exchange.ts";

/** As the recorder did before each scenario, in the words of the API: the three profiles of a first start, without limits. */
export async function liftRateLimits(address: Address): Promise<void> {
	for (const id of ["admin", "default", "anonymous"]) {
		const answer = await exchange(address, {
			method: "PUT",
			path: `/profiles/${id}`,
			body: { policies: [{ roleId: id }], rateLimit: 0 },
		});
		if ("status" in answer && answer.status === 200) continue;
		const got = "failed" in answer ? answer.failed : String(answer.bytes);
		throw new Error(`The profile ${id} cannot be written: ${got}`);
	}
}
