import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { backends } from "../support/backends.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { must } from "../support/people.ts";

/** Members of a document, as JSON text: names and values that a store may have opinions on. */
const CONTENTS: readonly string[] = [
	'"":1',
	'".":1',
	'"a..b":1',
	'"a.b":1,"a":2',
	'"a":[1,"x",{"b":1},[2]]',
	'"_index":"y"',
	'"_kuzzle_info":"x"',
	'"_kuzzle_info":{"author":"forged","createdAt":"not a date"}',
	'"__proto__":{"polluted":true}',
	'"deep":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
	'"__proto__":1,"constructor":2,"toJSON":3,"hasOwnProperty":4',
	'"\\u0000":"\\u0000"',
	'"\\ud800":"\\udfff"',
	'"a":9007199254740993,"b":1e308,"c":-0,"d":1e-320',
	'"a":1e400',
	`"${"n".repeat(40_000)}":1`,
	`"a":${'{"a":'.repeat(150)}1${"}".repeat(150)}`,
	`"a":${"[".repeat(500)}${"]".repeat(500)}`,
];

/** The ways to write a document `odd` whose content is given as JSON text, each as a part of a request. */
const WAYS: Readonly<Record<string, (content: string) => string>> = {
	create: (content) => `"_id":"odd","body":${content}`,
	createOrReplace: (content) => `"_id":"odd","body":${content}`,
	upsert: (content) => `"_id":"odd","body":{"changes":${content}}`,
	mCreate: (content) =>
		`"strict":true,"body":{"documents":[{"_id":"odd","body":${content}}]}`,
	mUpsert: (content) =>
		`"strict":true,"body":{"documents":[{"_id":"odd","changes":{},"default":${content}}]}`,
};
const PLACE = { controller: "document", index: "i", collection: "c" };

for (const backend of backends())
	describe(`a document whose content is hostile, on ${backend},`, () => {
		let gateway: TestGateway;
		before(async () => {
			gateway = await startGateway({ backend });
			await must(gateway, {
				...PLACE,
				controller: "collection",
				action: "create",
			});
		});
		after(() => gateway?.stop());

		for (const [action, toRequest] of Object.entries(WAYS))
			for (const content of CONTENTS)
				it(`{${content.slice(0, 50)}}, is kept by ${action} as it is, or refused whole`, async () => {
					const { status } = await gateway.call("POST", "/_query", {
						body: `{"controller":"document","action":"${action}","index":"i","collection":"c",${toRequest(`{${content}}`)}}`,
					});
					if (status === 200) await assertKept(gateway, content);
					else await assertRefused(gateway, status);
					assert.equal(({} as { polluted?: unknown }).polluted, undefined);
				});
	});

/** As JSON would keep it: what is no number there is null. The metadata are the server's. */
async function assertKept(
	gateway: TestGateway,
	content: string,
): Promise<void> {
	const request = { ...PLACE, _id: "odd" };
	const { _source } = await must(gateway, { ...request, action: "get" });
	const { _kuzzle_info, ...kept } = _source;
	const { _kuzzle_info: _forged, ...expected } = JSON.parse(
		JSON.stringify(JSON.parse(`{${content}}`)),
	);
	assert.deepEqual(kept, expected);
	assert.equal(_kuzzle_info.author, "-1");
	// A second write meets what was kept.
	const changes = { action: "update", body: { touched: 1 }, source: true };
	const merged = await must(gateway, { ...request, ...changes });
	const { _kuzzle_info: _ours, ...after } = merged._source;
	assert.deepEqual(after, { ...expected, touched: 1 });
	await must(gateway, { ...request, action: "delete" });
}

async function assertRefused(
	gateway: TestGateway,
	status: number,
): Promise<void> {
	assert.ok(status >= 400 && status < 500, `answered ${status}`);
	const request = { ...PLACE, action: "exists", _id: "odd" };
	assert.equal(await must(gateway, request), false);
}
