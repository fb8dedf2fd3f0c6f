import { fields, optionalListField } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { arrayOf, objectOf, text } from "../../src/action/json-schema.ts";
import type { Caller } from "../../src/call/caller.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { createSteps } from "../../src/errors/steps.ts";
import type { Security } from "../../src/security/security.ts";
import type { CallOptions, Storage } from "../../src/storage/storage.ts";
import type { DataContext } from "../document/context.ts";

export const mDelete = ({ storage, security }: DataContext) =>
	defineAction({
		name: "index:mDelete",
		summary:
			"Deletes several indexes with all their collections and documents. Those that do not exist, or that the caller may not delete one by one, are left out.",
		http: ["DELETE /_mDelete"],
		deprecatedRoutes: [
			{ route: "DELETE /_mdelete", since: "2.4.0", replacedBy: "/_mDelete" },
		],
		args: {},
		body: fields({
			indexes: optionalListField("Names of the indexes.", {
				type: "string",
				example: "nyc-open-data",
			}),
		}),
		result: objectOf({
			deleted: arrayOf(text("Name of an index that was deleted.")),
		}),
		async handler({ body, caller, signal }) {
			const names = new Set((body.indexes ?? []).filter(isName));
			const allowed = await mayDelete(security, caller, [...names]);
			const deleted = await deleteIndexes(storage, allowed, {
				signal: signal(),
			});
			return { deleted };
		},
	});

function isName(name: unknown): name is string {
	return typeof name === "string" && name !== "";
}

/** The body is out of the sight of the check that every request passes, so each of its indexes is checked here. */
async function mayDelete(
	{ rights }: Security,
	{ profileIds }: Caller,
	indexes: readonly string[],
): Promise<string[]> {
	const allowed: string[] = [];
	for (const index of indexes) {
		const args = { index };
		const request = { controller: "index", action: "delete", args };
		if (await rights.allows(profileIds, request)) allowed.push(index);
	}
	return allowed;
}

/** Answers those that were there. Once the first is deleted it goes on to the end, whatever the signal. */
async function deleteIndexes(
	storage: Storage,
	indexes: readonly string[],
	options: CallOptions,
): Promise<string[]> {
	const step = createSteps();
	const there = new Set(
		indexes.length === 0 ? [] : await storage.listIndexes("public", options),
	);
	const deleted: string[] = [];
	for (const index of indexes) {
		if (!there.has(index)) continue;
		if (await step(() => deleteIndex(storage, index))) deleted.push(index);
	}
	return deleted;
}

/** Answers false when somebody else has deleted it meanwhile. */
async function deleteIndex(storage: Storage, index: string): Promise<boolean> {
	try {
		await storage.deleteIndex("public", index);
		return true;
	} catch (error) {
		if (isErrorId(error, "services.storage.unknown_index")) return false;
		throw error;
	}
}
