import { after, before, beforeEach, describe } from "node:test";
import { localCollections } from "../../src/security/strategies/local.ts";
import { changes } from "./local-strategy/changes.ts";
import { faults } from "./local-strategy/faults.ts";
import { login } from "./local-strategy/login.ts";
import { policies } from "./local-strategy/policies.ts";
import { refusals } from "./local-strategy/refusals.ts";
import { resets } from "./local-strategy/resets.ts";
import { LocalStrategyTest } from "./local-strategy/test-kit.ts";
import type { StorageUnderTest } from "./storage/contract-suite.ts";

/**
 * What the local strategy answers and stores, on a real storage. `makeStorage` answers an open storage of its own,
 * where the strategy's collections are created and emptied.
 */
export function localStrategyContract(
	name: string,
	makeStorage: () => Promise<StorageUnderTest>,
): void {
	describe(`the local strategy on ${name}`, () => {
		const kit = new LocalStrategyTest();
		let made: StorageUnderTest | undefined;
		before(async () => {
			made = await makeStorage();
			kit.storage = made.storage;
			for (const { target, definition } of localCollections)
				await made.storage.createCollection(target, definition);
		});
		beforeEach(() => kit.reset());
		after(() => made?.close());

		changes(kit);
		refusals(kit);
		login(kit);
		faults(kit);
		policies(kit);
		resets(kit);
	});
}
