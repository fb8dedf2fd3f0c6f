import { none } from "../../src/action/body.ts";
import { defineAction } from "../../src/action/define-action.ts";
import { isErrorId } from "../../src/errors/gateway-error.ts";
import { createSteps } from "../../src/errors/steps.ts";
import type { Storage } from "../../src/storage/storage.ts";
import type { AdminContext } from "./context.ts";
import { acknowledged } from "./shapes.ts";

export const resetDatabase = ({ security, storage }: AdminContext) =>
	defineAction({
		name: "admin:resetDatabase",
		summary:
			"Deletes every index with all its documents; users, rights and keys stay.",
		http: ["POST /admin/_resetDatabase"],
		args: {},
		body: none,
		result: acknowledged,
		async handler({ signal }) {
			const asked = signal();
			await security.locks.run(
				{ name: "database", action: "resetDatabase" },
				() => deleteIndexes(storage, asked),
			);
			return { acknowledge: true };
		},
	});

/** Once begun it goes on to its end, whatever the signal. */
async function deleteIndexes(
	storage: Storage,
	signal: AbortSignal,
): Promise<void> {
	const step = createSteps();
	const indexes = await storage.listIndexes("public", { signal });
	for (const index of indexes) {
		await step(() => deleteIndex(storage, index));
	}
}

async function deleteIndex(storage: Storage, index: string): Promise<void> {
	try {
		await storage.deleteIndex("public", index);
	} catch (error) {
		// Somebody else has deleted it meanwhile.
		if (!isErrorId(error, "services.storage.unknown_index")) throw error;
	}
}
