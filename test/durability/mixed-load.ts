import assert from "node:assert/strict";
import { type Caller, createCaller, PROTOCOLS } from "../support/callers.ts";

export const PLACE = { index: "mixed", collection: "things" };

/** What a document holds, beside its metadata; null when it is not there. */
export type Content = Readonly<Record<string, unknown>> | null;
type Contents = ReadonlyMap<string, Content>;

interface Answer {
	readonly status: number;
	readonly error: { readonly id?: string } | null;
	readonly result: { readonly errors?: unknown } | null;
}

/** One request of the load, and what its documents hold once it is done. */
interface Step {
	readonly request: Readonly<Record<string, unknown>>;
	readonly after: Contents;
}

/** What the writers were told, so that it can be compared with what is there. */
export class Ledger {
	readonly #acknowledged = new Map<string, Content>();
	/** What was asked for and never answered: it may be done or not, but not in half. */
	readonly #open = new Map<string, Content>();

	acknowledge(contents: Contents): void {
		for (const [id, content] of contents) this.#acknowledged.set(id, content);
	}

	leaveOpen(contents: Contents): void {
		for (const [id, content] of contents) this.#open.set(id, content);
	}

	get ids(): string[] {
		return [...new Set([...this.#acknowledged.keys(), ...this.#open.keys()])];
	}

	/** Compares, and takes for granted from now on what an open write turns out to have come to. */
	check(id: string, found: Content): void {
		const possible = [this.#acknowledged.get(id) ?? null];
		const open = this.#open.get(id);
		if (open !== undefined) possible.push(open);
		assert.ok(
			possible.some((content) => isSame(content, found)),
			`${id} is ${JSON.stringify(found)}, not ${JSON.stringify(possible)}`,
		);
		this.#open.delete(id);
		this.#acknowledged.set(id, found);
	}

	/** How many documents there are, by what was checked last. */
	get documents(): number {
		return [...this.#acknowledged.values()].filter((found) => found !== null)
			.length;
	}
}

export interface LoadOptions {
	readonly url: string;
	/** Begins the ids of this load. */
	readonly name: string;
	readonly callersPerProtocol: number;
	readonly ledger: Ledger;
	/** Bytes of filling in each document. */
	readonly filling?: number;
	/** After each answer. A writer ends when it says true. */
	isOver(answer: Answer): boolean;
}

/** Writers of both protocols, each with documents of its own, who do everything that can be done to one. Resolves when each is over or was cut off. */
export async function runMixedLoad(options: LoadOptions): Promise<void> {
	const writers = Array.from({ length: options.callersPerProtocol }, (_, n) =>
		PROTOCOLS.map(async (protocol) => {
			const caller = await createCaller(protocol, options.url);
			try {
				await writeOn(caller, `${options.name}-${protocol}-${n}`, options);
			} finally {
				caller.close();
			}
		}),
	);
	await Promise.all(writers.flat());
}

async function writeOn(
	caller: Caller,
	name: string,
	{ ledger, filling = 0, isOver }: LoadOptions,
): Promise<void> {
	for (let cycle = 0; ; cycle++) {
		for (const step of steps(`${name}-${cycle}`, "x".repeat(filling))) {
			const answer: Answer | null = await caller
				.query({ ...PLACE, ...step.request })
				.catch(() => null);
			if (answer === null) {
				ledger.leaveOpen(step.after);
				return;
			}
			if (answer.status === 200) ledger.acknowledge(step.after);
			if (isOver(answer)) return;
			// What follows builds on it.
			if (answer.status !== 200) break;
		}
	}
}

/** Each kind of write there is, on documents that no other writer touches. */
function steps(name: string, filling: string): Step[] {
	const id = (letter: string) => `${name}-${letter}`;
	const document = (controller: string, action: string, more: object) => ({
		controller,
		action,
		...more,
	});
	const full = (letter: string, n: number) => ({
		n,
		name: id(letter),
		text: `some words on ${letter} and the number ${n}`,
		extra: { filling },
	});
	const bare = ({ n, name: own, text }: ReturnType<typeof full>) => ({
		n,
		name: own,
		text,
	});
	const items = (letters: string, n: number) =>
		[...letters].map((letter) => ({ _id: id(letter), body: full(letter, n) }));
	const after = (letters: string, content: (letter: string) => Content) =>
		new Map([...letters].map((letter) => [id(letter), content(letter)]));
	const one = (
		action: string,
		letter: string,
		body: object | undefined,
		content: Content,
	): Step => ({
		request: document("document", action, { _id: id(letter), body }),
		after: after(letter, () => content),
	});
	const many = (action: string, letters: string, n: number): Step => ({
		request: document("document", action, {
			body: { documents: items(letters, n) },
			strict: true,
		}),
		after: after(letters, (letter) => full(letter, n)),
	});
	return [
		one("create", "a", full("a", 1), full("a", 1)),
		one("update", "a", { n: 2 }, { ...full("a", 1), n: 2 }),
		one("replace", "a", full("a", 3), full("a", 3)),
		one("deleteFields", "a", { fields: ["extra"] }, bare(full("a", 3))),
		one("createOrReplace", "b", full("b", 1), full("b", 1)),
		one(
			"upsert",
			"b",
			{ changes: { n: 2 }, default: full("b", 9) },
			{ ...full("b", 1), n: 2 },
		),
		one(
			"upsert",
			"c",
			{ changes: { n: 1 }, default: full("c", 9) },
			{ ...full("c", 9), n: 1 },
		),
		many("mCreate", "defg", 1),
		many("mUpdate", "def", 2),
		many("mReplace", "de", 3),
		many("mCreateOrReplace", "dh", 4),
		{
			request: document("bulk", "import", {
				body: {
					bulkData: [
						{ index: { _id: id("i") } },
						full("i", 1),
						{ update: { _id: id("g") } },
						{ doc: { n: 7 } },
						{ delete: { _id: id("f") } },
					],
				},
				strict: true,
			}),
			after: new Map<string, Content>([
				[id("i"), full("i", 1)],
				[id("g"), { ...full("g", 1), n: 7 }],
				[id("f"), null],
			]),
		},
		{ request: document("collection", "refresh", {}), after: new Map() },
		{
			request: document("document", "updateByQuery", {
				body: {
					query: { terms: { name: [id("d"), id("e")] } },
					changes: { n: 8 },
				},
			}),
			after: new Map<string, Content>([
				[id("d"), { ...full("d", 4), n: 8 }],
				[id("e"), { ...full("e", 3), n: 8 }],
			]),
		},
		{ request: document("collection", "refresh", {}), after: new Map() },
		{
			request: document("document", "deleteByQuery", {
				body: { query: { terms: { name: [id("e"), id("h")] } } },
			}),
			after: after("eh", () => null),
		},
		{
			request: document("document", "mDelete", {
				body: { ids: [id("d"), id("g")] },
				strict: true,
			}),
			after: after("dg", () => null),
		},
		one("delete", "b", undefined, null),
	];
}

/** Reads everything that the ledger knows, and that nothing else is there. */
export async function checkAll(url: string, ledger: Ledger): Promise<void> {
	const caller = await createCaller("http", url);
	const ask = async (request: object) => {
		const answer = await caller.query({ ...PLACE, ...request });
		assert.ok([200, 206].includes(answer.status), JSON.stringify(answer.error));
		return answer.result;
	};
	try {
		const { ids } = ledger;
		for (let from = 0; from < ids.length; from += 100) {
			const some = ids.slice(from, from + 100);
			const { successes } = await ask({
				controller: "document",
				action: "mGet",
				body: { ids: some },
			});
			const found = new Map<string, Content>(
				successes.map(({ _id, _source }: { _id: string; _source: Content }) => {
					const { _kuzzle_info, ...content } = _source as Record<
						string,
						unknown
					>;
					return [_id, content];
				}),
			);
			for (const id of some) ledger.check(id, found.get(id) ?? null);
		}
		await ask({ controller: "collection", action: "refresh" });
		const { count } = await ask({ controller: "document", action: "count" });
		assert.equal(count, ledger.documents);
	} finally {
		caller.close();
	}
}

/** Makes the place that the load writes to. */
export async function makePlace(url: string): Promise<void> {
	const caller = await createCaller("http", url);
	for (const request of [
		{ controller: "index", action: "create", index: PLACE.index },
		{
			...PLACE,
			controller: "collection",
			action: "create",
			body: {
				mappings: {
					dynamic: "false",
					properties: {
						n: { type: "long" },
						name: { type: "keyword" },
						text: { type: "text" },
					},
				},
			},
		},
	]) {
		const answer = await caller.query(request);
		assert.equal(answer.status, 200, JSON.stringify(answer.error));
	}
	caller.close();
}

function isSame(one: Content, other: Content): boolean {
	try {
		assert.deepEqual(one, other);
		return true;
	} catch {
		return false;
	}
}
