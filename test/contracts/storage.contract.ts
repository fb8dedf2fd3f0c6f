import { after, before, describe, it } from "node:test";
import { aborts } from "./storage/aborts.ts";
import { aggregations } from "./storage/aggregations.ts";
import { batches } from "./storage/batches.ts";
import { clauses } from "./storage/clauses.ts";
import { collections } from "./storage/collections.ts";
import { concurrency } from "./storage/concurrency.ts";
import {
	type ContractSuite,
	StorageTest,
	type StorageUnderTest,
} from "./storage/contract-suite.ts";
import { documents } from "./storage/documents.ts";
import { hostileContent } from "./storage/hostile-content.ts";
import { indexes } from "./storage/indexes.ts";
import { mappings } from "./storage/mappings.ts";
import { reading } from "./storage/reading.ts";
import { scanning } from "./storage/scanning.ts";
import { scrolling } from "./storage/scrolling.ts";
import { searchDetails } from "./storage/search-details.ts";
import { searchMembers } from "./storage/search-members.ts";
import { searching } from "./storage/searching.ts";
import { settings } from "./storage/settings.ts";
import { sorting } from "./storage/sorting.ts";

const TEST_TIMEOUT_MS = 120_000;

/**
 * Everything that the storage port promises, as tests. An adapter's own test calls this and adds what is its own.
 * `makeStorage` answers an open storage. Each test works on indexes of its own names and removes them.
 * An exemption names a test that this adapter does not pass, and says why.
 */
export function storageContract(
	name: string,
	makeStorage: () => Promise<StorageUnderTest>,
	options: { readonly exemptions?: Readonly<Record<string, string>> } = {},
): void {
	describe(`the storage contract, kept by ${name}`, () => {
		let made: StorageUnderTest | undefined;
		before(async () => {
			made = await makeStorage();
		});
		after(() => made?.close());

		const exemptions = new Map(Object.entries(options.exemptions ?? {}));
		const suite: ContractSuite = {
			test(testName, run) {
				const skip = exemptions.get(testName) ?? false;
				exemptions.delete(testName);
				it(testName, { skip, timeout: TEST_TIMEOUT_MS }, async (context) => {
					if (made === undefined) throw new Error("There is no storage.");
					const test = new StorageTest(made, context);
					try {
						await run(test);
					} finally {
						await test.removeIndexes();
					}
				});
			},
		};
		for (const section of [
			indexes,
			collections,
			mappings,
			settings,
			documents,
			batches,
			reading,
			concurrency,
			hostileContent,
			searching,
			searchMembers,
			searchDetails,
			sorting,
			clauses,
			aggregations,
			scanning,
			scrolling,
			aborts,
		]) {
			section(suite);
		}
		if (exemptions.size > 0) {
			const names = [...exemptions.keys()].join(", ");
			throw new Error(`There are no such tests to be exempt from: ${names}`);
		}
	});
}
