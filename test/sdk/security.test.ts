import assert from "node:assert/strict";
import { it } from "node:test";
import { PASSWORD } from "../support/people.ts";
import { withSdk } from "./with-sdk.ts";

/** The methods of the stock SDK's `security` and `server` controllers, as their documentation shows them. */
withSdk("the SDK's security methods", (stage, protocol) => {
	const suffix = protocol.toLowerCase();

	it("writes and reads roles and profiles", async () => {
		const { connect, admin } = stage();
		const { security } = await connect({ token: admin });
		const role = await security.createOrReplaceRole(`role-${suffix}`, {
			controllers: { server: { actions: { now: true } } },
		});
		assert.deepEqual(role.controllers, { server: { actions: { now: true } } });
		assert.equal((await security.getRole(role._id))._id, role._id);
		const forced = await security.createOrReplaceRole(
			`forced-${suffix}`,
			{ controllers: { "an-app": { actions: { run: true } } } },
			{ force: true },
		);
		assert.equal(forced._id, `forced-${suffix}`);
		const profile = await security.createOrReplaceProfile(`profile-${suffix}`, {
			policies: [{ roleId: role._id }],
			rateLimit: 50,
		});
		assert.equal(profile.rateLimit, 50);
		const read = await security.getProfile(profile._id);
		assert.deepEqual(read.policies, [{ roleId: role._id }]);
	});

	it("makes users, reads them and deletes them", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const { security } = kuzzle;
		const name = `ann-${suffix}`;
		const user = await security.createUser(name, {
			content: { profileIds: ["default"], city: "Nice" },
			credentials: { local: { username: name, password: PASSWORD } },
		});
		assert.equal(user._id, name);
		assert.deepEqual(user.profileIds, ["default"]);
		const read = await security.getUser(name);
		assert.equal(read._source?.city, "Nice");
		const ann = await connect();
		await ann.auth.login("local", { username: name, password: PASSWORD });
		assert.equal((await ann.auth.getCurrentUser())._id, name);
		await security.deleteUser(name);
		await assert.rejects(security.getUser(name), {
			id: "security.user.not_found",
		});
	});

	it("makes restricted users, with an id or without", async () => {
		const { connect, admin } = stage();
		const { security } = await connect({ token: admin });
		const body = { content: { city: "Nice" } };
		const named = await security.createRestrictedUser(body, `bob-${suffix}`);
		assert.equal(named._id, `bob-${suffix}`);
		const unnamed = await security.createRestrictedUser(body);
		assert.match(String(unnamed._id), /^kuid-/);
		assert.deepEqual(unnamed.profileIds, ["default"]);
	});

	it("gives credentials and changes them", async () => {
		const { connect, admin } = stage();
		const kuzzle = await connect({ token: admin });
		const name = `eve-${suffix}`;
		await kuzzle.security.createUser(name, {
			content: { profileIds: ["default"] },
		});
		const made = await kuzzle.security.createCredentials("local", name, {
			username: name,
			password: PASSWORD,
		});
		assert.deepEqual(made, { username: name });
		await kuzzle.security.updateCredentials("local", name, {
			password: "another",
		});
		const eve = await connect();
		const login = { username: name, password: "another" };
		assert.match(await eve.auth.login("local", login), /^kauth-/);
	});

	it("makes keys for a user, finds them and deletes them", async () => {
		const { connect, admin } = stage();
		const { security } = await connect({ token: admin });
		const name = `kim-${suffix}`;
		await security.createUser(name, { content: { profileIds: ["default"] } });
		const key = await security.createApiKey(name, "for kim", {
			_id: `kims-${suffix}`,
			expiresIn: -1,
			refresh: "wait_for",
		});
		assert.equal(key._source.userId, name);
		const kim = await connect();
		kim.setAPIKey(key._source.token ?? "");
		assert.equal((await kim.auth.getCurrentUser())._id, name);
		const found = await security.searchApiKeys(name, {}, { size: 5 });
		assert.deepEqual(
			found.hits.map((hit: { _id: string }) => hit._id),
			[`kims-${suffix}`],
		);
		await security.deleteApiKey(name, key._id, { refresh: "wait_for" });
		await assert.rejects(kim.auth.getCurrentUser(), {
			id: "security.token.invalid",
		});
		const left = await security.searchApiKeys(name, {}, { size: 5 });
		assert.equal(left.total, 0);
	});

	it("asks the server for its time, for what it is, and whether it has an administrator", async () => {
		const { connect, admin } = stage();
		const { server } = await connect({ token: admin });
		assert.equal(typeof (await server.now({})), "number");
		const info = (await server.info({})) as {
			serverInfo: { kuzzle: { version: string } };
		};
		assert.equal(info.serverInfo.kuzzle.version, "2.56.0");
		assert.equal(await server.adminExists({}), true);
	});
});
