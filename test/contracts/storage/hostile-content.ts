import assert from "node:assert/strict";
import type { JsonObject } from "../../../src/lib/json.ts";
import {
	assertFailed,
	type ContractSuite,
	request,
	sorted,
	written,
} from "./contract-suite.ts";

const DEPTH = 50;

export function hostileContent({ test }: ContractSuite): void {
	test("__proto__ and its like are keys as any other", async (t) => {
		const target = await t.collection();
		const content = parse(
			'{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"in":{"__proto__":1}}',
		);
		await t.put(target, [{ kind: "create", id: "1", content }]);
		assertSame(await t.content(target, "1"), content);
		const changes = parse(
			'{"__proto__":{"more":1},"in":{"__proto__":{"deep":1}},"toString":0}',
		);
		const updated = written(
			await t.one(target, { kind: "update", id: "1", changes }),
		);
		const merged = parse(
			'{"__proto__":{"admin":true,"more":1},"constructor":{"prototype":{"admin":true}},"in":{"__proto__":{"deep":1}},"toString":0}',
		);
		assertSame(updated.after, merged);
		assertSame(await t.content(target, "1"), merged);
		const [upserted] = await t.put(target, [
			{ kind: "upsert", id: "2", changes, default: content },
		]);
		assertSame(upserted?.after, merged);
		await t.storage.refresh(target);
		const { hits } = await t.storage.search([target], request());
		for (const hit of hits) assertSame(hit.content, merged);
		assert.equal(({} as { admin?: boolean }).admin, undefined);
		assert.equal(({} as { more?: number }).more, undefined);
	});

	test("text of every alphabet, quotes and control characters come back as they were", async (t) => {
		const target = await t.collection({
			mappings: { properties: { text: { type: "keyword" } } },
		});
		const texts = [
			"é日本😀👩‍👩‍👧",
			"\u0000\u0001\u001f",
			`'"\\\`\${x}; DROP TABLE documents; --`,
			"\u2028\u2029\ufeff",
			"a\r\nb\tc",
			"e\u0301",
		];
		await t.put(
			target,
			texts.map(
				(text, n) =>
					({
						kind: "create",
						id: `${n}`,
						content: { text, [text]: 1 },
					}) as const,
			),
		);
		await t.storage.refresh(target);
		for (const [n, text] of texts.entries()) {
			assert.deepEqual(await t.content(target, `${n}`), { text, [text]: 1 });
			const query = {
				kind: "term",
				field: "text",
				value: text,
				caseInsensitive: false,
			} as const;
			assert.deepEqual(await t.find(target, query), [`${n}`]);
		}
	});

	test("half of a surrogate pair is kept, or refused as a bad request", async (t) => {
		const target = await t.collection();
		await assertKeptOrRefused(t, target, { text: "\ud83d" });
	});

	test("an empty or blank key is kept, or refused as a bad request", async (t) => {
		const target = await t.collection();
		await assertKeptOrRefused(t, target, { "": 1 });
		await assertKeptOrRefused(t, target, { a: { " ": 1 } });
	});

	test("numbers come back as JavaScript reads them", async (t) => {
		const target = await t.collection();
		const content = {
			big: 2 ** 53 - 1,
			bigger: 2 ** 70,
			max: Number.MAX_VALUE,
			min: Number.MIN_VALUE,
			negative: -1e300,
			fraction: 0.1,
			zero: 0,
			exact: 123456789.125,
		};
		await t.put(target, [{ kind: "create", id: "1", content }]);
		assert.deepEqual(await t.content(target, "1"), content);
	});

	test("objects may be deep, wide, empty and long", async (t) => {
		const target = await t.collection();
		let deep: JsonObject = { end: true };
		for (let level = 1; level < DEPTH; level++) deep = { down: deep };
		const wide = Object.fromEntries(
			Array.from({ length: 5_000 }, (_, n) => [`key${n}`, n]),
		);
		const long = { text: "x".repeat(500_000) };
		const lists = { list: [[], [[1, [2]]], {}, [{}], null, ""] };
		const contents: JsonObject[] = [deep, wide, long, lists, {}];
		await t.put(
			target,
			contents.map((content, n) => ({ kind: "create", id: `${n}`, content })),
		);
		for (const [n, content] of contents.entries()) {
			assert.deepEqual(await t.content(target, `${n}`), content);
		}
		const updated = await t.put(target, [
			{ kind: "update", id: "0", changes: deep },
		]);
		assert.deepEqual(updated[0]?.after, deep);
	});
}

/** JSON.parse defines __proto__ as a key, which an object literal cannot. */
function parse(text: string): JsonObject {
	return JSON.parse(text) as JsonObject;
}

/** Compares the texts with sorted keys: assert.deepEqual does not look at a key named __proto__. */
function assertSame(
	found: JsonObject | null | undefined,
	expected: JsonObject,
): void {
	assert.equal(canonical(found), canonical(expected));
}

function canonical(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
	if (typeof value !== "object" || value === null) {
		return value === undefined ? "nothing" : JSON.stringify(value);
	}
	const members = Object.entries(value).map(
		([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`,
	);
	return `{${sorted(members).join()}}`;
}

async function assertKeptOrRefused(
	t: Parameters<Parameters<ContractSuite["test"]>[1]>[0],
	target: Awaited<ReturnType<typeof t.collection>>,
	content: JsonObject,
): Promise<void> {
	const outcome = await t.one(target, {
		kind: "createOrReplace",
		id: "1",
		content,
	});
	if (outcome.ok) assert.deepEqual(await t.content(target, "1"), content);
	else assertFailed(outcome, "services.storage.unexpected_bad_request");
}
