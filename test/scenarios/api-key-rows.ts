import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { anyNumber, exactly, matching } from "../support/matchers.ts";
import type {
	Scenario,
	ScenarioRequest,
	ScenarioRun,
} from "../support/scenario.ts";
import {
	assertDead,
	assertWorks,
	eachValue,
	keyOf,
	keysOf,
	newUser,
	noted,
	noting,
	prepare,
} from "../support/scenario-people.ts";
import { missing, refusals, wrongType } from "../support/scenario-rows.ts";
import type { Transport } from "../support/transports.ts";

/*
 * Rows that auth:… and security:… share: the same actions, but for whose keys they are. In each of them the keys are those
 * of the user ann-{n}.
 */

const DESCRIPTION = "made by the row";
const EVERYWHERE: readonly Transport[] = [
	"http",
	"query",
	"ws",
	"sdk-http",
	"sdk-ws",
];
/** What a query string cannot say: null, false, objects. */
const IN_JSON: readonly Transport[] = ["query", "ws", "sdk-ws"];
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;
const HEX64 = /^[\da-f]{64}$/;
const TOKEN = /^kapikey-[\w-]+\.[\w-]+\.[\w-]+$/;
const LONG_MS = 60_000;

interface CreatedKey {
	readonly _id: string;
	readonly _source: {
		readonly token: string;
		readonly hash: string;
		readonly fingerprint: string;
		readonly expiresAt: number;
		readonly ttl: number;
		readonly _kuzzle_info: { readonly createdAt: number };
	};
}

/** `request` has all that it needs but for what a row is about. */
export function creationRows(request: ScenarioRequest): Scenario[] {
	const { action } = request;
	const create = { ...request, body: { description: DESCRIPTION } };
	const given = [newUser("ann-{n}")];
	const answers = (ttl: number) => ({
		given,
		reply: { result: { _source: { ttl } } },
		afterwards: (run: ScenarioRun, { result }: { result?: unknown }) =>
			assertGoodKey(run, result as CreatedKey),
	});
	const lasting =
		(ttl: number, on: readonly Transport[]) => (value: unknown) => ({
			...answers(ttl),
			on,
			name: `${action} with expiresIn = ${JSON.stringify(value)} makes a key for ${ttl} ms`,
		});
	const refreshed = (on: readonly Transport[]) => (value: unknown) => ({
		...answers(-1),
		on,
		name: `${action} with refresh = ${JSON.stringify(value)} makes a key that works at once`,
	});
	const lifetimes: [number, readonly unknown[]][] = [
		[LONG_MS, [60_000, "60000", "60s", "1m", "1 minute"]],
		[518_400_000, ["6d"]],
		[36_000_000, ["10h"]],
		[5_400_000, ["1.5h"]],
		[-1, [-1, "-1", undefined, ""]],
	];
	return [
		{
			...answers(-1),
			name: `${action} makes a key that works, and shows its token this once`,
			matrix: true,
			request: { ...create, args: { ...create.args, _id: "key-{n}" } },
			reply: {
				result: exactly({
					_id: matching(/^key-\d+$/),
					_source: exactly({
						userId: matching(/^ann-\d+$/),
						description: DESCRIPTION,
						hash: matching(HEX64),
						fingerprint: matching(HEX64),
						expiresAt: -1,
						ttl: -1,
						token: matching(TOKEN),
						_kuzzle_info: {
							createdAt: anyNumber,
							updatedAt: null,
							updater: null,
						},
					}),
				}),
			},
			afterwards: async (run, { result }) => {
				await assertGoodKey(run, result as CreatedKey);
				await assertFound(run, result as CreatedKey);
				await assertNowhere(run, (result as CreatedKey)._source.token);
			},
		},
		{
			...answers(-1),
			name: `${action} makes up an id`,
			matrix: true,
			request: create,
			reply: { result: { _id: matching(UUID) } },
		},
		...eachValue(create, "_id", ["", null], (value) => ({
			...answers(-1),
			on: value === null ? IN_JSON : EVERYWHERE,
			name: `${action} makes up an id in place of ${JSON.stringify(value)}`,
			reply: { result: { _id: matching(UUID) } },
		})),
		...lifetimes.flatMap(([ttl, values]) =>
			eachValue(create, "expiresIn", values, lasting(ttl, EVERYWHERE)),
		),
		...eachValue(create, "expiresIn", [null, false], lasting(-1, IN_JSON)),
		...eachValue(
			create,
			"refresh",
			["wait_for", "false", "anything"],
			refreshed(EVERYWHERE),
		),
		...eachValue(create, "refresh", [false, null, true], refreshed(IN_JSON)),
		{
			...answers(-1),
			name: `${action} takes an empty description`,
			request: { ...create, body: { description: "" } },
			reply: { result: { _source: { description: "" } } },
		},
		{
			...answers(-1),
			name: `${action} makes keys that differ, also within one second`,
			request: create,
			reply: { result: { _source: { token: matching(TOKEN) } } },
			afterwards: async (run, { result }) => {
				const { token } = (result as CreatedKey)._source;
				const other = await keyOf("ann-{n}")(run);
				assert.notEqual(other, token);
				await assertWorks(run, other, "ann-{n}");
			},
		},
		...takenIds(create),
		...refusedKeys(create),
	];
}

function refusedKeys(create: ScenarioRequest): Scenario[] {
	const lifetime = (on: readonly Transport[]) => (expiresIn: unknown) => ({
		on,
		when: `expiresIn = ${JSON.stringify(expiresIn)}`,
		args: { expiresIn },
		error: "api.assert.invalid_argument" as const,
	});
	const bodyOf = (body: unknown) => ({
		when: `the body ${JSON.stringify(body)}`,
		body,
	});
	return refusals(
		create,
		[
			...[
				...[0, "0", -2, "-2", "-1h", 1.5, "1.5", 1e300],
				...["NaN", "Infinity", "soon", "6 parsecs", "1e3", " 1h", "0.4ms"],
			].map(lifetime(EVERYWHERE)),
			...[true, {}, [], [60_000]].map(lifetime(IN_JSON)),
			...[undefined, null, []].map((body) => ({
				...bodyOf(body),
				error: "api.assert.body_required" as const,
			})),
			...[{}, { name: "x" }].map((body) => ({
				...bodyOf(body),
				error: "api.assert.missing_argument" as const,
				props: ["body.description"],
			})),
			...[1, null, {}, ["x"]].map((description) => ({
				...bodyOf({ description }),
				error: "api.assert.invalid_type" as const,
				props: ["body.description", "string"],
			})),
			...[1, true, {}, ["x"]].map((_id) => wrongType("_id", _id, "string")),
		],
		{ given: [newUser("ann-{n}")], afterwards: assertNone },
	);
}

/** A taken id is refused, and the key that has it is untouched, whoever's it is. */
function takenIds(create: ScenarioRequest): Scenario[] {
	return (["ann-{n}", "bob-{n}"] as const).map((owner) => ({
		name: `${create.action} refuses an id that a key of ${owner.slice(0, 3)} has`,
		matrix: owner === "ann-{n}",
		given: async (run) => {
			await prepare(run, newUser("ann-{n}"), newUser("bob-{n}"));
			const _id = run.named("taken-{n}");
			await noting("token", keyOf(owner, { _id, refresh: "wait_for" }))(run);
		},
		request: { ...create, args: { ...create.args, _id: "taken-{n}" } },
		reply: { error: "services.storage.document_already_exists" },
		afterwards: async (run) => {
			const token = noted(run, "token");
			await assertWorks(run, token, owner);
			const taken = run.named("taken-{n}");
			const key = (await keysOf(run, owner)).find(({ _id }) => _id === taken);
			assert.equal(key?._source.fingerprint, digestOf(token));
		},
	}));
}

/** With `request` a key of ann-{n}, called key-{n}, is deleted. */
export function deletionRows(request: ScenarioRequest): Scenario[] {
	const remove = { ...request, args: { ...request.args, _id: "key-{n}" } };
	const given = async (run: ScenarioRun) => {
		await prepare(run, newUser("ann-{n}"), newUser("bob-{n}"));
		await noting("key", keyOf("ann-{n}", { _id: run.named("key-{n}") }))(run);
		await noting("other", keyOf("ann-{n}"))(run);
		await noting(
			"bob's",
			keyOf("bob-{n}", { _id: run.named("bobs-{n}") }),
		)(run);
	};
	const allWork = async (run: ScenarioRun) => {
		await assertWorks(run, noted(run, "key"), "ann-{n}");
		await assertWorks(run, noted(run, "bob's"), "bob-{n}");
	};
	return [
		{
			name: `${request.action} stops the key at once, and no other`,
			matrix: true,
			given: async (run) => {
				await given(run);
				// It is remembered as good from here on.
				await assertWorks(run, noted(run, "key"), "ann-{n}");
			},
			request: remove,
			reply: { result: exactly({ _id: matching(/^key-\d+$/) }) },
			afterwards: async (run) => {
				await assertDead(run, noted(run, "key"));
				await assertWorks(run, noted(run, "other"), "ann-{n}");
				await assertWorks(run, noted(run, "bob's"), "bob-{n}");
			},
		},
		{
			name: `${request.action} with refresh=wait_for: a search does not find the key any more`,
			matrix: true,
			given,
			request: { ...remove, args: { ...remove.args, refresh: "wait_for" } },
			reply: { result: exactly({ _id: matching(/^key-\d+$/) }) },
			afterwards: async (run) => {
				const ids = (await keysOf(run, "ann-{n}")).map(({ _id }) => _id);
				assert.ok(!ids.includes(run.named("key-{n}")), ids.join());
			},
		},
		...refusals(
			remove,
			[
				{
					when: "a key that there is not",
					matrix: true,
					args: { _id: "ghost-{n}" },
					error: "services.storage.not_found",
				},
				{
					when: "a key of another user, as if it were not there",
					args: { _id: "bobs-{n}" },
					error: "services.storage.not_found",
				},
				missing("_id"),
				missing("_id", null),
				missing("_id", ""),
				wrongType("_id", 1, "string"),
				wrongType("_id", ["key-{n}"], "string"),
			],
			{ given, afterwards: allWork },
		),
	];
}

/** With `request` the keys of ann-{n} are searched. */
export function searchRows(request: ScenarioRequest): Scenario[] {
	const { action } = request;
	const given = async (run: ScenarioRun) => {
		await prepare(run, newUser("ann-{n}"), newUser("bob-{n}"));
		const keys: [string, string, object][] = [
			["ann-{n}", "red car", {}],
			["ann-{n}", "blue car", { expiresIn: "1h" }],
			["ann-{n}", "blue bike", {}],
			["bob-{n}", "blue bob", {}],
		];
		for (const [owner, description, more] of keys) {
			await keyOf(owner, {
				_id: `${description.replace(" ", "-")}-${run.n}`,
				body: { description },
				refresh: "wait_for",
				...more,
			})(run);
		}
	};
	const search = (body: unknown, args: object = {}): ScenarioRequest => ({
		...request,
		args: { ...request.args, ...args },
		...(body === undefined ? {} : { body }),
	});
	const finds = (
		what: string,
		asked: ScenarioRequest,
		expected: readonly string[],
		row: Partial<Scenario> = {},
	): Scenario => ({
		name: `${action} ${what}`,
		given,
		...row,
		request: asked,
		reply: { result: { total: expected.length } },
		afterwards: (_run, { result }) =>
			assert.deepEqual(descriptionsIn(result), [...expected].sort()),
	});
	const blue = { match: { description: "blue" } };
	const ownKeys = ["red car", "blue car", "blue bike"];
	return [
		{
			...finds("finds the user's keys that match", search(blue), [
				"blue car",
				"blue bike",
			]),
			matrix: true,
			reply: { result: { total: 2, hits: [foundKey, foundKey] } },
		},
		...[undefined, null, {}].map((body) =>
			finds(
				`finds every key with the body ${JSON.stringify(body)}`,
				search(body),
				ownKeys,
			),
		),
		finds(
			"reads Koncorde",
			search({ equals: { ttl: -1 } }, { lang: "koncorde" }),
			["red car", "blue bike"],
		),
		finds(
			"reads text as numbers",
			search({ term: { ttl: "3600000" } }, { size: "5", from: "0" }),
			["blue car"],
		),
		{
			name: `${action} answers a page, and how many match in all`,
			given,
			request: search(undefined, { from: 1, size: 1 }),
			reply: { result: { total: 3, hits: [foundKey] } },
		},
		{
			name: `${action} answers the number alone when no hits are asked for`,
			given,
			request: search(undefined, { size: 0 }),
			reply: { result: { total: 3, hits: [] } },
		},
		...refusals(
			search({}),
			[
				{
					when: "a clause that there is not",
					matrix: true,
					body: { zz: {} },
					error: "services.storage.unexpected_bad_request",
				},
				{
					when: "a clause that reads another collection",
					body: {
						terms: { userId: { index: "&kuzzle.users", id: "1", path: "x" } },
					},
					error: "services.storage.invalid_query_keyword",
				},
				{
					when: "a script",
					body: { script: { script: { source: "true" } } },
					error: "services.storage.invalid_query_keyword",
				},
				{
					when: "a keyword that Koncorde does not translate",
					args: { lang: "koncorde" },
					body: { bool: { must: [] } },
					error: "api.assert.koncorde_restricted_keyword",
				},
				{
					when: "a language that there is not",
					args: { lang: "sql" },
					error: "api.assert.invalid_argument",
				},
				wrongType("lang", 1, "string"),
				...["x", 1.5, {}, true].map((size) =>
					wrongType("size", size, "integer"),
				),
				...["x", 1.5, {}, true].map((from) =>
					wrongType("from", from, "integer"),
				),
				{
					when: "a page that is too large",
					args: { size: 100_000 },
					error: "services.storage.get_limit_exceeded",
				},
			],
			{ given },
		),
	];
}

const foundKey = exactly({
	_id: matching(/./),
	_source: exactly({
		userId: matching(/^ann-/),
		description: matching(/./),
		expiresAt: anyNumber,
		ttl: anyNumber,
		fingerprint: matching(HEX64),
		hash: matching(HEX64),
	}),
});

/** The words: `hash` and `fingerprint` are the lower-case hex SHA-256 of the token; `expiresAt` follows from `ttl`. */
async function assertGoodKey(run: ScenarioRun, key: CreatedKey): Promise<void> {
	const { token, hash, fingerprint, expiresAt, ttl, _kuzzle_info } =
		key._source;
	assert.match(token, TOKEN);
	assert.equal(hash, digestOf(token));
	assert.equal(fingerprint, digestOf(token));
	assert.equal(expiresAt, ttl === -1 ? -1 : _kuzzle_info.createdAt + ttl);
	await assertWorks(run, token, "ann-{n}");
}

async function assertFound(run: ScenarioRun, { _id }: CreatedKey) {
	const ids = (await keysOf(run, "ann-{n}")).map((key) => key._id);
	assert.ok(ids.includes(_id), `${_id} is not among ${ids.join()}`);
}

/** No file of the gateway holds the token. */
async function assertNowhere({ stage }: ScenarioRun, token: string) {
	const [, , signature = ""] = token.split(".");
	assert.ok(signature.length > 20);
	const { dataFolder } = stage.gateway;
	for (const name of await readdir(dataFolder)) {
		const bytes = await readFile(path.join(dataFolder, name));
		assert.equal(bytes.includes(signature), false, `${name} holds the token`);
	}
}

/** Nothing was written: the user has no key that the row could have made. */
async function assertNone(run: ScenarioRun): Promise<void> {
	const made = (await keysOf(run, "ann-{n}")).filter(
		({ _source }) => _source.description !== "of a test",
	);
	assert.deepEqual(made, []);
}

function descriptionsIn(result: unknown): unknown[] {
	const { hits } = result as { hits: { _source: { description: string } }[] };
	return hits
		.map(({ _source }) => _source.description)
		.filter((description) => description !== "of a test")
		.sort();
}

function digestOf(token: string): string {
	return createHash("sha256").update(token).digest("hex");
}
