import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { randomIds } from "../../src/lib/ids.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { Scrolls } from "../../src/scrolls/scrolls.ts";
import { collections } from "../../src/security/collections.ts";
import { isError } from "../support/assert-error.ts";
import { overrideStorage } from "../support/override-storage.ts";
import { startSecurity, type TestSecurity } from "../support/security.ts";

const TARGET = collections.users.target;
const OWNER = "security:users";
const DAY_MS = 86_400_000;
const unknown = isError("services.storage.unknown_scroll_id", []);

async function start(test: TestContext): Promise<{
	node: TestSecurity;
	scrolls: Scrolls;
	/** Cursors that were let go of. */
	ended: string[];
}> {
	const node = await startSecurity(test);
	for (let i = 0; i < 5; i++) await node.user(`u${i}`);
	const ended: string[] = [];
	const storage = overrideStorage(node.store, {
		async endScroll(cursor) {
			ended.push(cursor);
		},
	});
	const scrolls = new Scrolls({
		storage,
		cache: node.cache,
		ids: randomIds,
		rules: { defaultMs: 15_000, maxMs: 60_000 },
	});
	return { node, scrolls, ended };
}

function request(size = 2, values?: readonly string[]) {
	return {
		owner: OWNER,
		targets: [TARGET],
		query:
			values === undefined
				? ({ kind: "match_all" } as const)
				: ({ kind: "terms", field: "profileIds", values } as const),
		sort: [],
		size,
		ttlMs: 1_000,
	};
}

describe("a scroll", () => {
	it("answers every page under one id, on any node, and ends with the last", async (test) => {
		const { node, scrolls } = await start(test);
		const other = new Scrolls({
			storage: node.store,
			cache: node.cache,
			ids: randomIds,
			rules: { defaultMs: 1, maxMs: 1 },
		});
		const first = await scrolls.open(request(), {});
		const { scrollId } = first;
		const second = await other.next(OWNER, scrollId, 1_000, {});
		const third = await scrolls.next(OWNER, scrollId, 1_000, {});
		const ids = [first, second, third].flatMap((page) => {
			assert.equal(page.scrollId, scrollId);
			assert.equal(page.total, 5);
			return page.hits.map(({ id }) => id);
		});
		assert.deepEqual(ids.toSorted(), ["u0", "u1", "u2", "u3", "u4"]);
		await assert.rejects(scrolls.next(OWNER, scrollId, 1_000, {}), unknown);
	});

	it("that one page answers whole has an empty page after it, then is unknown", async (test) => {
		const { scrolls } = await start(test);
		const { hits, scrollId, remaining } = await scrolls.open(request(5), {});
		assert.equal(hits.length, 5);
		assert.equal(remaining, 0);
		assert.deepEqual(await scrolls.next(OWNER, scrollId, 1_000, {}), {
			hits: [],
			total: 5,
			scrollId,
			remaining: 0,
		});
		await assert.rejects(scrolls.next(OWNER, scrollId, 1_000, {}), unknown);
	});

	it("tells at each page how many are left", async (test) => {
		const { scrolls } = await start(test);
		const first = await scrolls.open(request(2), {});
		assert.equal(first.remaining, 3);
		const next = () => scrolls.next(OWNER, first.scrollId, 1_000, {});
		assert.equal((await next()).remaining, 1);
		assert.equal((await next()).remaining, 0);
	});

	it("leads a client that deletes what it reads to the last document", async (test) => {
		const { node, scrolls } = await start(test);
		const { scrollId, ...first } = await scrolls.open(request(1), {});
		let page: Pick<typeof first, "hits" | "total" | "remaining"> = first;
		let seen = 0;
		for (;;) {
			seen += page.hits.length;
			assert.equal(page.total, 5);
			assert.equal(page.remaining, 5 - seen);
			// As the SDK's `SearchResult.next` decides.
			if (seen >= page.total) break;
			await node.store.write(
				TARGET,
				page.hits.map(({ id }) => ({ kind: "delete", id })),
				{ refresh: "wait_for" },
			);
			page = await scrolls.next(OWNER, scrollId, 1_000, {});
		}
		assert.equal(seen, 5);
	});

	it("ends for who counts, where documents went that no page had answered", async (test) => {
		const { node, scrolls } = await start(test);
		const { scrollId } = await scrolls.open(request(2), {});
		const second = await scrolls.next(OWNER, scrollId, 1_000, {});
		assert.equal(second.total, 5);
		const seen = new Set(["u0", "u1", "u2", "u3", "u4"]);
		for (const { id } of second.hits) seen.delete(id);
		await node.store.write(
			TARGET,
			[...seen].map((id) => ({ kind: "delete", id })),
			{ refresh: "wait_for" },
		);
		const { hits, total, remaining } = await scrolls.next(
			OWNER,
			scrollId,
			1_000,
			{},
		);
		assert.deepEqual([hits, total, remaining], [[], 4, 0]);
	});

	it("lives as long as its last page asked for", async (test) => {
		const { node, scrolls } = await start(test);
		const { scrollId } = await scrolls.open(request(1), {});
		node.clock.advance(999);
		await scrolls.next(OWNER, scrollId, 5_000, {});
		node.clock.advance(4_999);
		await scrolls.next(OWNER, scrollId, 10, {});
		node.clock.advance(10);
		await assert.rejects(scrolls.next(OWNER, scrollId, 10, {}), unknown);
	});

	it("is no other action's, and cannot be guessed from its place", async (test) => {
		const { scrolls } = await start(test);
		const { scrollId } = await scrolls.open(request(), {});
		const [place] = scrollId.split("-");
		for (const id of [
			"",
			"ghost",
			`${place}`,
			`${place}-`,
			`${place}-${randomIds.uuid()}`,
			"opened",
			"opened-1",
		]) {
			await assert.rejects(scrolls.next(OWNER, id, 1_000, {}), unknown);
		}
		await assert.rejects(scrolls.next("other", scrollId, 1_000, {}), unknown);
		await scrolls.next(OWNER, scrollId, 1_000, {});
	});

	it("of too many takes the place of the oldest, and lets go of what that held", async (test) => {
		const { scrolls, ended } = await start(test);
		const opened: string[] = [];
		for (let i = 0; i < 1_001; i++) {
			const page = await scrolls.open({ ...request(1), ttlMs: 60_000 }, {});
			opened.push(page.scrollId);
		}
		const [oldest = "", second = ""] = opened;
		assert.equal(ended.length, 1);
		await assert.rejects(scrolls.next(OWNER, oldest, 1_000, {}), unknown);
		await scrolls.next(OWNER, second, 1_000, {});
		await scrolls.next(OWNER, opened.at(-1) ?? "", 1_000, {});
	});

	it("whose query is too long to be kept is refused, and leaves nothing", async (test) => {
		const { scrolls, ended } = await start(test);
		const values = ["default", ...Array.from({ length: 30_000 }, String)];
		await assert.rejects(
			scrolls.open(request(1, values), {}),
			isError("services.storage.unexpected_bad_request"),
		);
		assert.equal(ended.length, 1);
	});
});

describe("how long a scroll is kept", () => {
	const scrolls = (rules: JsonObject) =>
		new Scrolls({
			storage: null as never,
			cache: { namespace: () => null } as never,
			ids: randomIds,
			rules: { defaultMs: 15_000, maxMs: 60_000, ...rules },
		});

	it("is read from text, within the limit", () => {
		assert.equal(scrolls({}).parseTtl(undefined), 15_000);
		assert.equal(scrolls({}).parseTtl("10s"), 10_000);
		assert.equal(scrolls({}).parseTtl("1m"), 60_000);
		assert.equal(scrolls({}).parseTtl("500"), 500);
		assert.throws(
			() => scrolls({}).parseTtl("61s"),
			isError("services.storage.scroll_duration_too_great", ["61s"]),
		);
		for (const text of ["x", "0s", "-1", "-5s", "1 fortnight"]) {
			assert.throws(
				() => scrolls({}).parseTtl(text),
				isError("api.assert.invalid_argument"),
			);
		}
	});

	it("is a day at most where nothing limits it", () => {
		const free = scrolls({ maxMs: -1, defaultMs: -1 });
		assert.equal(free.parseTtl("3d"), DAY_MS);
		assert.equal(free.parseTtl(undefined), DAY_MS);
	});
});
