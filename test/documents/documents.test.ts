import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Documents } from "../../src/documents/documents.ts";
import { isError } from "../support/assert-error.ts";
import { later, settle } from "../support/settle.ts";
import { startDocuments as start, TARGET } from "./start-documents.ts";

const ann = { kuid: "ann" } as const;

describe("documents", () => {
	it("bear who wrote them and when, whatever their content says", async (test) => {
		const { documents, clock } = await start(test);
		const forged = { a: 1, _kuzzle_info: { author: "forged" } };
		const read = async () => (await documents.get(TARGET, "d")).content;
		const at = clock.now();
		await documents.write(
			TARGET,
			[{ kind: "create", id: "d", content: forged }],
			ann,
		);
		const created = {
			author: "ann",
			createdAt: at,
			updatedAt: null,
			updater: null,
		};
		assert.deepEqual(await read(), { a: 1, _kuzzle_info: created });

		clock.advance(10);
		await documents.write(
			TARGET,
			[{ kind: "update", id: "d", changes: forged }],
			{ kuid: "bob" },
		);
		assert.deepEqual(await read(), {
			a: 1,
			_kuzzle_info: { ...created, updatedAt: at + 10, updater: "bob" },
		});

		for (const kind of ["replace", "createOrReplace"] as const) {
			clock.advance(10);
			await documents.write(TARGET, [{ kind, id: "d", content: forged }], {
				kuid: null,
			});
			assert.deepEqual(await read(), {
				a: 1,
				_kuzzle_info: {
					author: null,
					createdAt: clock.now(),
					updatedAt: clock.now(),
					updater: null,
				},
			});
		}

		const upsert = {
			kind: "upsert" as const,
			id: "u",
			changes: forged,
			default: { ...forged, d: 1 },
		};
		await documents.write(TARGET, [upsert], ann);
		const upserted = (await documents.get(TARGET, "u")).content;
		assert.deepEqual(upserted, {
			a: 1,
			d: 1,
			_kuzzle_info: {
				author: "ann",
				createdAt: clock.now(),
				updatedAt: clock.now(),
				updater: "ann",
			},
		});
	});

	it("that are replaced read like new ones where the action says so", async (test) => {
		const { documents, clock } = await start(test);
		const options = { ...ann, metadata: "asNew" } as const;
		for (const kind of ["createOrReplace", "replace"] as const) {
			clock.advance(10);
			const write = { kind, id: "d", content: { a: 1 } };
			await documents.write(TARGET, [write], options);
			assert.deepEqual((await documents.get(TARGET, "d")).content, {
				a: 1,
				_kuzzle_info: {
					author: "ann",
					createdAt: clock.now(),
					updatedAt: null,
					updater: null,
				},
			});
		}
	});

	it("are written as given where the action says so, with metadata or without", async (test) => {
		const { documents } = await start(test);
		const options = { ...ann, metadata: "asGiven" } as const;
		const read = async () => (await documents.get(TARGET, "d")).content;
		const forged = { _kuzzle_info: { author: "bob" }, n: 1 };
		const content = { a: 1, ...forged };
		await documents.write(
			TARGET,
			[{ kind: "createOrReplace", id: "d", content }],
			options,
		);
		assert.deepEqual(await read(), content);
		await documents.write(
			TARGET,
			[{ kind: "update", id: "d", changes: { a: 2 } }],
			options,
		);
		assert.deepEqual(await read(), { ...content, a: 2 });
		await documents.write(
			TARGET,
			[{ kind: "replace", id: "d", content: { a: 3 } }],
			options,
		);
		assert.deepEqual(await read(), { a: 3 });
	});

	it("lose fields, and never their metadata", async (test) => {
		const { documents, clock, told } = await start(test);
		const content = { a: 1, deep: { x: 1, y: 2 }, "dotted.name": 1, list: [1] };
		await documents.write(TARGET, [{ kind: "create", id: "d", content }], ann);
		const createdAt = clock.now();
		clock.advance(10);
		const fields = ["deep.x", "dotted.name", "ghost", "a.b", "_kuzzle_info"];
		const [outcome] = await documents.write(
			TARGET,
			[{ kind: "deleteFields", id: "d", fields }],
			{ kuid: "bob" },
		);
		const left = {
			a: 1,
			deep: { y: 2 },
			list: [1],
			_kuzzle_info: {
				author: "ann",
				createdAt,
				updatedAt: clock.now(),
				updater: "bob",
			},
		};
		assert.ok(outcome?.ok);
		assert.deepEqual([outcome.version, outcome.after], [2, left]);
		assert.deepEqual((await documents.get(TARGET, "d")).content, left);
		const news = told.at(-1);
		assert.deepEqual([news?.kind, news?.before?.a], ["update", 1]);
	});

	it("that are missing lose nothing", async (test) => {
		const { documents, told } = await start(test);
		const [outcome] = await documents.write(
			TARGET,
			[{ kind: "deleteFields", id: "ghost", fields: ["a"] }],
			ann,
		);
		assert.ok(outcome?.ok === false);
		assert.equal(outcome.error.id, "services.storage.not_found");
		assert.deepEqual(told, []);
	});

	it("cannot have a field that a store keeps for itself", async (test) => {
		const { documents, storage } = await start(test);
		const content = { _id: "other" };
		const outcomes = await documents.write(
			TARGET,
			[
				{ kind: "create", id: "a", content },
				{ kind: "create", id: "b", content: { deep: content } },
				{ kind: "upsert", id: "c", changes: {}, default: { _source: 1 } },
			],
			ann,
		);
		assert.deepEqual(
			outcomes.map((outcome) => (outcome.ok ? true : outcome.error.id)),
			[
				"services.storage.unexpected_bad_request",
				true,
				"services.storage.unexpected_bad_request",
			],
		);
		assert.deepEqual(await storage.mExists(TARGET, ["a", "b", "c"]), [
			false,
			true,
			false,
		]);
	});

	it("are missing by id and place", async (test) => {
		const { documents } = await start(test);
		await assert.rejects(
			documents.get(TARGET, "ghost"),
			isError("services.storage.not_found", ["ghost", "i", "c"]),
		);
		assert.deepEqual(await documents.mGet(TARGET, ["ghost"]), [null]);
	});

	it("are read and written in bounded numbers; beyond, nothing happens", async (test) => {
		const { documents, storage } = await start(test);
		await assert.rejects(
			documents.mGet(TARGET, ["a", "b", "c", "d"]),
			isError("services.storage.get_limit_exceeded"),
		);
		const ids = ["a", "b", "c", "d"];
		await assert.rejects(
			documents.write(
				TARGET,
				ids.map((id) => ({ kind: "create" as const, id, content: {} })),
				ann,
			),
			isError("services.storage.write_limit_exceeded"),
		);
		assert.deepEqual(await storage.mExists(TARGET, ids), [
			false,
			false,
			false,
			false,
		]);
		await assert.rejects(
			documents.mExists(TARGET, ids),
			isError("services.storage.get_limit_exceeded"),
		);
	});

	it("are written in any number by the bulk actions", async (test) => {
		const { documents } = await start(test);
		const outcomes = await documents.write(
			TARGET,
			["a", "b", "c", "d"].map((id) => ({ kind: "create", id, content: {} })),
			{ ...ann, bulk: true },
		);
		assert.ok(outcomes.every(({ ok }) => ok));
		assert.equal(outcomes.length, 4);
	});
});

describe("the news of changes", () => {
	it("tells what happened, by whom, before and after", async (test) => {
		const { documents, told } = await start(test);
		const write = (...writes: Parameters<Documents["write"]>[1]) =>
			documents.write(TARGET, writes, ann);
		await write({ kind: "create", id: "d", content: { n: 1 } });
		await write({ kind: "update", id: "d", changes: { n: 2 } });
		await write({ kind: "replace", id: "d", content: { n: 3 } });
		await write({ kind: "delete", id: "d" });
		await write({ kind: "upsert", id: "d", changes: { n: 4 }, default: {} });
		await write({ kind: "upsert", id: "d", changes: { n: 5 }, default: {} });
		await write({ kind: "createOrReplace", id: "d", content: { n: 6 } });
		await write({ kind: "createOrReplace", id: "e", content: { n: 7 } });
		assert.deepEqual(
			told.map(({ kind, id, version, kuid, before, after }) => [
				kind,
				id,
				version,
				kuid,
				before?.n,
				after?.n,
			]),
			[
				["create", "d", 1, "ann", undefined, 1],
				["update", "d", 2, "ann", 1, 2],
				["replace", "d", 3, "ann", 2, 3],
				["delete", "d", 4, "ann", 3, undefined],
				["create", "d", 1, "ann", undefined, 4],
				["update", "d", 2, "ann", 4, 5],
				["replace", "d", 3, "ann", 5, 6],
				["create", "e", 1, "ann", undefined, 7],
			],
		);
	});

	it("leaves out what failed, and what is to be silent", async (test) => {
		const { documents, told } = await start(test);
		const outcomes = await documents.write(
			TARGET,
			[
				{ kind: "update", id: "ghost", changes: {} },
				{ kind: "create", id: "a", content: {} },
				{ kind: "create", id: "a", content: {} },
			],
			ann,
		);
		assert.deepEqual(
			outcomes.map(({ ok }) => ok),
			[false, true, false],
		);
		assert.deepEqual(
			told.map(({ id }) => id),
			["a"],
		);
		await documents.write(TARGET, [{ kind: "create", content: {} }], {
			...ann,
			silent: true,
		});
		await documents.write(TARGET, [{ kind: "delete", id: "ghost" }], ann);
		assert.equal(told.length, 1);
	});

	it("comes before the answer, and of one document in the order of its commits", async (test) => {
		const gate = later();
		const order: string[] = [];
		const { documents } = await start(test, {
			sink: {
				async changed([change]) {
					if (change?.version === 1) await gate.promise;
					order.push(`told ${change?.version}`);
				},
			},
		});
		const first = documents
			.write(TARGET, [{ kind: "create", id: "d", content: {} }], ann)
			.then(() => order.push("answered 1"));
		const second = documents
			.write(TARGET, [{ kind: "update", id: "d", changes: {} }], ann)
			.then(() => order.push("answered 2"));
		await documents.write(TARGET, [{ kind: "delete", id: "other" }], ann);
		await settle();
		assert.deepEqual(order, []);
		gate.resolve();
		await Promise.all([first, second]);
		assert.deepEqual(order, ["told 1", "answered 1", "told 2", "answered 2"]);
	});

	it("does not let batches wait for each other, in whatever order they name documents", async (test) => {
		const { documents, told } = await start(test);
		const batch = (ids: string[]) =>
			documents.write(
				TARGET,
				ids.map((id) => ({
					kind: "createOrReplace" as const,
					id,
					content: {},
				})),
				ann,
			);
		await Promise.all(
			Array.from({ length: 30 }, (_, number) =>
				batch(number % 2 === 0 ? ["a", "b", "c"] : ["c", "b", "a"]),
			),
		);
		const versions = told.filter(({ id }) => id === "b").map((c) => c.version);
		assert.deepEqual(
			versions,
			Array.from({ length: 30 }, (_, number) => number + 1),
		);
	});

	it("that cannot be told leaves the outcome unknown, never failed", async (test) => {
		const { documents, storage } = await start(test, {
			sink: { changed: () => Promise.reject(new Error("deaf")) },
		});
		await assert.rejects(
			documents.write(TARGET, [{ kind: "create", id: "d", content: {} }], ann),
			isError("portico.call.outcome_unknown"),
		);
		assert.equal(await storage.exists(TARGET, "d"), true);
	});
});
