import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { backends } from "../support/backends.ts";
import { must } from "../support/people.ts";
import { HostileStage } from "./hostile-stage.ts";

/** Members of a user's content, as JSON text: names and values that a store may have opinions on. */
const CONTENTS: readonly string[] = [
	'"":1',
	'" ":1',
	'".":1',
	'"..":1',
	'"a.":1',
	'".a":1',
	'"a..b":1',
	'"a.b":1,"a":2',
	'"a":{"b":1},"a.b":2',
	'"a":[1,"x",{"b":1},[2]]',
	'"_index":"y","_source":{},"_routing":1,"_version":7',
	'"_kuzzle_info":"x"',
	'"_kuzzle_info":{"author":{"not":"text"},"createdAt":"not a date"}',
	'"__proto__":{"profileIds":["admin"]}',
	'"__proto__":1,"constructor":2,"toJSON":3,"hasOwnProperty":4',
	'"\\u0000":"\\u0000"',
	'"\\ud800":"\\udfff"',
	'"caf\\u00e9":1,"cafe\\u0301":2',
	'"a":9007199254740993,"b":1e308,"c":-0,"d":1e-320',
	'"a":1e400',
	`"a":"${"x".repeat(40_000)}"`,
	`"${"n".repeat(40_000)}":1`,
	`"a":${'{"a":'.repeat(90)}1${"}".repeat(90)}`,
	`"a":${'{"a":'.repeat(150)}1${"}".repeat(150)}`,
	`"a":${"[".repeat(500)}${"]".repeat(500)}`,
	Array.from({ length: 5_000 }, (_, n) => `"field-${n}":${n}`).join(","),
];

for (const backend of backends())
	describe(`a user whose content is hostile, on ${backend},`, () => {
		let stage: HostileStage;
		let contents: string;
		before(async () => {
			stage = await HostileStage.start(backend);
			contents = await stage.contents();
		});
		after(() => stage.stop());

		for (const content of CONTENTS)
			it(`{${content.slice(0, 60)}}, is kept as it is, or refused whole`, () =>
				tryContent(stage, content));

		it("leaves nothing behind once it is deleted", async () => {
			assert.equal(await stage.contents(), contents);
		});
	});

async function tryContent(stage: HostileStage, content: string): Promise<void> {
	const { gateway, key } = stage;
	const user = { controller: "security", _id: "odd" };
	const reply = await gateway.call("POST", "/_query", {
		token: key,
		body: `{"controller":"security","action":"createUser","_id":"odd","refresh":false,"body":{"content":{${content},"profileIds":["default"]}}}`,
	});
	const error = reply.body.error ?? (reply.status === 200 ? null : reply.body);
	await stage.check({ status: reply.status, error, request: content });
	if (reply.status === 200) {
		const sent = JSON.parse(`{${content}}`);
		await assertKept(stage, sent);
		const found = await must(gateway, { ...user, action: "getUser" }, key);
		assert.deepEqual(found._source.profileIds, ["default"]);
		await must(gateway, { ...user, action: "deleteUser", refresh: false }, key);
		await stage.check({ status: 200, error: null, request: "deletion" });
	}
	await stage.assertServes();
}

/** As JSON would keep it: what is no number there is null. The metadata are the server's. */
async function assertKept(
	{ gateway, key }: HostileStage,
	sent: Record<string, unknown>,
): Promise<void> {
	const request = { controller: "security", action: "getUser", _id: "odd" };
	const { _source } = await must(gateway, request, key);
	const { profileIds, _kuzzle_info, ...kept } = _source;
	const { _kuzzle_info: _ours, ...expected } = JSON.parse(JSON.stringify(sent));
	assert.equal(JSON.stringify(kept), JSON.stringify(expected));
}
