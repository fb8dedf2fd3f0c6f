import assert from "node:assert/strict";
import { it } from "node:test";
import type { ConfigOverrides } from "../../../src/config.ts";
import { startGateway } from "../../support/gateway.ts";
import { createAdmin, createUser, must } from "../../support/people.ts";

const index = (action: string, more: object = {}) => ({
	controller: "index",
	action,
	...more,
});

/** Ann may use every action on indexes: in `all`, and in one collection of `some`. Answers what she could delete, and what is left. */
async function deleteAsAnn(config: ConfigOverrides) {
	const gateway = await startGateway({ config });
	try {
		const admin = await createAdmin(gateway);
		const asAdmin = (request: Readonly<Record<string, unknown>>) =>
			must(gateway, request, admin);
		for (const name of ["all", "some", "none"]) {
			await asAdmin(index("create", { index: name }));
		}
		for (const collection of ["one", "other"]) {
			const place = { index: "some", collection };
			await asAdmin({ controller: "collection", action: "create", ...place });
		}
		const security = (action: string, body: object) =>
			asAdmin({ controller: "security", action, _id: "deleter", body });
		await security("createRole", {
			controllers: { index: { actions: { "*": true } } },
		});
		await security("createProfile", {
			policies: [
				{
					roleId: "deleter",
					restrictedTo: [
						{ index: "all" },
						{ index: "some", collections: ["one"] },
					],
				},
			],
		});
		const ann = await createUser(gateway, admin, {
			_id: "ann",
			profileIds: ["deleter"],
		});
		const body = { indexes: ["none", "some", "all"] };
		const { deleted } = await must(gateway, index("mDelete", { body }), ann);
		const { indexes } = await asAdmin(index("list"));
		return { deleted, left: indexes };
	} finally {
		await gateway.stop();
	}
}

it("index:mDelete leaves alone what the caller may not delete as a whole", async () => {
	assert.deepEqual(await deleteAsAnn({}), {
		deleted: ["all"],
		left: ["none", "some"],
	});
});

it("index:mDelete deletes an index under a restriction to its collections where that is allowed", async () => {
	const security = { allowWholeIndexUnderCollectionRestriction: true };
	assert.deepEqual(await deleteAsAnn({ security }), {
		deleted: ["some", "all"],
		left: ["none"],
	});
});
