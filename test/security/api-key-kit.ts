import type { TestContext } from "node:test";
import { collections } from "../../src/security/collections.ts";
import { isError } from "../support/assert-error.ts";
import {
	type SecuritySetting,
	startSecurity,
	type TestSecurity,
} from "../support/security.ts";

export const TARGET = collections.apiKeys.target;
export const NOW = { refresh: false } as const;
export const invalid = isError("security.token.invalid", []);

/** A node with the users ann and bob. */
export async function start(
	test: TestContext,
	setting?: SecuritySetting,
): Promise<TestSecurity> {
	const node = await startSecurity(test, setting);
	await node.user("ann");
	await node.user("bob");
	return node;
}

/** Whether the key lets ann in. */
export async function works(
	node: TestSecurity,
	text: string,
): Promise<boolean> {
	try {
		const { kuid } = await node.authenticate(text);
		return kuid === "ann";
	} catch (error) {
		invalid(error);
		return false;
	}
}
