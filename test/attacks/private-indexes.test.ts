import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { toExamples } from "../../src/action/examples.ts";
import { collections } from "../../src/security/collections.ts";
import { type Backend, backends } from "../support/backends.ts";
import { declaredActions } from "../support/declared-actions.ts";
import { PASSWORD } from "../support/scenario-people.ts";
import { Stage } from "../support/stage.ts";
import { addVictims, asAdmin, toFrame, toLogin, VICTIM } from "./attacker.ts";

const PLUGIN = "plugin-kuzzle-plugin-auth-passport-local";
/** Names under which somebody may hope to find what the gateway keeps for itself: its own, Elasticsearch's, Kuzzle's, several at once. */
const NAMES: readonly string[] = [
	...["%kuzzle", "%kuzzle.users", "&%kuzzle", "_kuzzle", ".kuzzle"],
	...[`%${PLUGIN}`, `%${PLUGIN}.users`, PLUGIN, "kuzzle", "internal"],
	...["*", "_all", "%*", "yard,%kuzzle", "yard,-x", "-yard", "<%kuzzle>"],
	...["../%kuzzle", "%25kuzzle", "yard/../%kuzzle", "%kuzzle\0"],
];
const COLLECTIONS: readonly string[] = [
	...Object.values(collections).map(({ target }) => target.collection),
	...["*", "users,roles", "../users"],
];
/** What stands in those documents and in no others. */
const SECRETS =
	/userPassword|"seed"|scrypt|fingerprint|profileIds|"policies"|resetForKuid/;
/** Of documents and their places; the actions of users and rights are meant to reach them. */
const CONTROLLERS = new Set(["document", "bulk", "collection", "index"]);
/** Takes everything away by its nature. */
const NOT_TRIED = /^index:mDelete$/;

for (const backend of backends()) {
	describe(`what the gateway keeps for itself, on ${backend},`, () => {
		let stage: Stage;
		before(async () => {
			stage = await Stage.start({ backend });
			await addVictims(stage);
		});
		after(() => stage?.stop());

		for (const action of declaredActions()) {
			if (!CONTROLLERS.has(action.controller)) continue;
			if (!("index" in action.args) || NOT_TRIED.test(action.name)) continue;
			it(`is out of reach for ${action.name}, also to who may do everything`, async () => {
				const example = JSON.parse(toExamples(action).webSocket);
				const token = await stage.token("admin");
				for (const index of NAMES)
					for (const collection of collectionsFor(backend)) {
						const request = {
							...example,
							index,
							collection,
							_id: VICTIM,
							refresh: false,
						};
						const { status, text } = await stage.gateway.call(
							"POST",
							"/_query",
							{ body: request, token },
						);
						const what = `${index} ${collection}: ${status} ${text}`;
						assert.ok(status < 500, what);
						assert.doesNotMatch(text, SECRETS, what);
						if (!("collection" in action.args)) break;
					}
				await assertUntouched(stage);
			});
		}
	});
}

/** One will do where each takes its time. */
function collectionsFor(backend: Backend): readonly string[] {
	return backend === "sqlite" ? COLLECTIONS : ["users"];
}

/** The victim is there, may do everything, and logs in as ever. */
async function assertUntouched(stage: Stage): Promise<void> {
	const request = { action: "security:getUser", args: { _id: VICTIM } };
	const { _source } = await stage.must(toFrame(request));
	assert.deepEqual(_source.profileIds, ["admin"]);
	await asAdmin(stage, { action: "security:getRole", args: { _id: "admin" } });
	await stage.must(toFrame(toLogin(VICTIM, PASSWORD)), "anonymous");
}
