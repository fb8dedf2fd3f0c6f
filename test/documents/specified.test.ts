import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type {
	DocumentOutcome,
	DocumentRules,
	DocumentWrite,
} from "../../src/documents/documents.ts";
import { createError } from "../../src/errors/gateway-error.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { overrideStorage } from "../support/override-storage.ts";
import {
	type StartedDocuments,
	startDocuments,
	TARGET,
} from "./start-documents.ts";

const ann = { kuid: "ann" } as const;
const FAILED = "validation.check.failed_document";

/** `low` is at most `high`, both are numbers, and `unit` is "m" where it is left out. */
const rules: DocumentRules = {
	defaultsOf: ({ unit = null }) => (unit === null ? { unit: "m" } : null),
	check: ({ low, high, unit }) =>
		typeof low === "number" &&
		typeof high === "number" &&
		low <= high &&
		typeof unit === "string"
			? null
			: createError(FAILED, "low, high"),
};

async function write(
	{ documents }: StartedDocuments,
	...writes: DocumentWrite[]
): Promise<(true | string | undefined)[]> {
	return shown(await documents.write(TARGET, writes, ann));
}

function shown(
	outcomes: readonly DocumentOutcome[],
): (true | string | undefined)[] {
	return outcomes.map((outcome) => (outcome.ok ? true : outcome.error.id));
}

/** What is stored, without metadata. */
async function read(
	{ storage }: StartedDocuments,
	id = "d",
): Promise<JsonObject | null> {
	const document = await storage.get(TARGET, id);
	if (document === null) return null;
	const { _kuzzle_info, ...content } = document.content;
	return content;
}

const right = { low: 1, high: 5 };
const wrong = { low: 9, high: 5 };

describe("documents of a collection with specifications", () => {
	for (const kind of ["create", "createOrReplace"] as const) {
		it(`are checked and completed by ${kind}`, async (test) => {
			const started = await startDocuments(test, { rules });
			assert.deepEqual(
				await write(
					started,
					{ kind, id: "bad", content: wrong },
					{ kind, id: "d", content: right },
				),
				[FAILED, true],
			);
			assert.equal(await read(started, "bad"), null);
			assert.deepEqual(await read(started), { ...right, unit: "m" });
			assert.deepEqual(
				started.told.map(({ id }) => id),
				["d"],
			);
		});
	}

	it("are checked by replace", async (test) => {
		const started = await startDocuments(test, { rules });
		await write(started, { kind: "create", id: "d", content: right });
		assert.deepEqual(
			await write(started, { kind: "replace", id: "d", content: wrong }),
			[FAILED],
		);
		assert.deepEqual(await read(started), { ...right, unit: "m" });
	});

	it("are checked by update as it leaves them", async (test) => {
		const started = await startDocuments(test, { rules });
		const { storage } = started;
		await storage.write(TARGET, [{ kind: "create", id: "d", content: right }]);
		const update = (changes: JsonObject) =>
			write(started, { kind: "update", id: "d", changes });
		assert.deepEqual(await update({ low: 9 }), [FAILED]);
		assert.deepEqual(await read(started), right);
		assert.deepEqual(await update({ low: 4 }), [true]);
		assert.deepEqual(await read(started), { ...right, low: 4, unit: "m" });
		assert.deepEqual(await update({ unit: "km" }), [true]);
		assert.deepEqual(await read(started), { ...right, low: 4, unit: "km" });
		assert.deepEqual(
			await write(started, { kind: "update", id: "ghost", changes: {} }),
			["services.storage.not_found"],
		);
	});

	it("are checked by upsert, made or changed", async (test) => {
		const started = await startDocuments(test, { rules });
		const upsert = (id: string, changes: JsonObject) =>
			write(started, { kind: "upsert", id, changes, default: { high: 5 } });
		assert.deepEqual(await upsert("d", { low: 9 }), [FAILED]);
		assert.deepEqual(await upsert("d", { low: 2 }), [true]);
		assert.deepEqual(await read(started), { low: 2, high: 5, unit: "m" });
		assert.deepEqual(await upsert("d", { low: 9 }), [FAILED]);
		assert.deepEqual(await upsert("d", { low: 3 }), [true]);
		assert.deepEqual(await read(started), { low: 3, high: 5, unit: "m" });
		assert.deepEqual(
			started.told.map(({ kind }) => kind),
			["create", "update"],
		);
	});

	it("keep the fields that they must have", async (test) => {
		const started = await startDocuments(test, { rules });
		const content = { ...right, more: 1 };
		await write(started, { kind: "create", id: "d", content });
		const remove = (...fields: string[]) =>
			write(started, { kind: "deleteFields", id: "d", fields });
		assert.deepEqual(await remove("more", "high"), [FAILED]);
		assert.deepEqual(await remove("more"), [true]);
		assert.deepEqual(await read(started), { ...right, unit: "m" });
	});

	it("are checked one after the other when one request writes one of them twice", async (test) => {
		const started = await startDocuments(test, { rules });
		const update = (changes: JsonObject) =>
			({ kind: "update", id: "d", changes }) as const;
		await write(started, { kind: "create", id: "d", content: right });
		assert.deepEqual(
			await write(
				started,
				update({ high: 20 }),
				update({ low: 10 }),
				update({ high: 9 }),
			),
			[true, true, FAILED],
		);
		assert.deepEqual(await read(started), { low: 10, high: 20, unit: "m" });
	});

	it("can be deleted, and written by the bulk actions, whatever they are", async (test) => {
		const started = await startDocuments(test, { rules });
		const outcomes = await started.documents.write(
			TARGET,
			[{ kind: "createOrReplace", id: "d", content: wrong }],
			{ ...ann, bulk: true, metadata: "asGiven" },
		);
		assert.deepEqual(shown(outcomes), [true]);
		assert.deepEqual(await write(started, { kind: "delete", id: "d" }), [true]);
	});

	it("are checked again when another node came between", async (test) => {
		const started = await startDocuments(test, {
			rules,
			through: (storage) => withRival(storage, [{ low: 4 }]),
		});
		await write(started, { kind: "create", id: "d", content: right });
		assert.deepEqual(
			await write(started, { kind: "update", id: "d", changes: { high: 3 } }),
			[FAILED],
		);
		assert.deepEqual(await read(started), { low: 4, high: 5, unit: "m" });
	});

	it("merge with what another node wrote between", async (test) => {
		const rivals = Array.from({ length: 5 }, (_, n) => ({ other: n }));
		const started = await startDocuments(test, {
			rules,
			through: (storage) => withRival(storage, rivals),
		});
		await write(started, { kind: "create", id: "d", content: right });
		assert.deepEqual(
			await write(started, { kind: "update", id: "d", changes: { high: 9 } }),
			[true],
		);
		assert.deepEqual(await read(started), {
			low: 1,
			high: 9,
			unit: "m",
			other: 4,
		});
	});

	it("are given up when others come between again and again", async (test) => {
		const rivals = Array.from({ length: 100 }, (_, n) => ({ other: n }));
		const started = await startDocuments(test, {
			rules,
			through: (storage) => withRival(storage, rivals),
		});
		await write(started, { kind: "create", id: "d", content: right });
		assert.deepEqual(
			await write(started, { kind: "update", id: "d", changes: { high: 9 } }),
			["services.storage.too_many_changes"],
		);
		assert.equal((await read(started))?.high, 5);
	});
});

/** Changes the document after each time that it was read, as another node may. */
function withRival(storage: Storage, changes: JsonObject[]): Storage {
	return overrideStorage(storage, {
		async mGet(target, ids, options) {
			const found = await storage.mGet(target, ids, options);
			const next = changes.shift();
			if (next !== undefined)
				await storage.write(target, [
					{ kind: "update", id: "d", changes: next },
				]);
			return found;
		},
	});
}
