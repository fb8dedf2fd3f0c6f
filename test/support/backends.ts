import { it } from "node:test";

export type Backend = "sqlite" | "elasticsearch";

/**
 * The stores that this run can test. Elasticsearch is the server that ELASTICSEARCH_URL names (`npm test` starts one);
 * without it a skipped test says so, and with CI=true a failing one: call this once in a test file.
 */
export function backends(): readonly Backend[] {
	if (process.env.ELASTICSEARCH_URL) return ["sqlite", "elasticsearch"];
	const reason = "ELASTICSEARCH_URL names no server: Elasticsearch is left out";
	if (process.env.CI === "true") {
		it("has an Elasticsearch to test with", () => {
			throw new Error(reason);
		});
	} else {
		it("runs on Elasticsearch", { skip: reason }, () => {});
	}
	return ["sqlite"];
}
