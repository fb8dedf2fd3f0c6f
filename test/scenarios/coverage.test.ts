import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import type { Action } from "../../src/action/define-action.ts";
import type { JsonSchema } from "../../src/action/json-schema.ts";
import { GatewayError } from "../../src/errors/gateway-error.ts";
import { packageRoot } from "../../src/lib/package-root.ts";
import { declaredActions } from "../support/declared-actions.ts";
import { coveredActions, type Scenario } from "../support/scenario.ts";
import { loadScenarios } from "./load-scenarios.ts";

/** What Kuzzle answers besides the refusals of every action, by action (`controller:action`). */
const kuzzleErrors = JSON.parse(
	readFileSync(
		path.join(packageRoot, "test/action/kuzzle-actions.json"),
		"utf8",
	),
) as Record<string, readonly string[]>;

/** Errors that no row can bring about, and where they are shown instead. */
const shownElsewhere: readonly {
	readonly error: string;
	readonly actions: RegExp;
	readonly why: string;
}[] = [
	{
		error: "plugin.runtime.unexpected_error",
		actions: /./,
		why: "Kuzzle's word for a defect; test/call/execute.test.ts",
	},
	{
		error: "plugin.strategy.unknown_kuid",
		actions: /^auth:login$/,
		why: "needs a strategy that knows users whom the gateway does not; test/controllers/auth/login.test.ts",
	},
	{
		error: "api.process.too_many_logins_requests",
		actions: /^auth:login$/,
		why: "needs many requests on one connection; the row that counts them, in test/scenarios/auth-login.scenarios.ts",
	},
	{
		error: "security.token.verification_error",
		actions: /^auth:checkToken$/,
		why: "needs a cookie; test/scenarios/auth-cookies.test.ts",
	},
	{
		error: "security.credentials.database_inconsistency",
		actions: /^security:(upsertUser|create(User|RestrictedUser|FirstAdmin))$/,
		why: "needs credentials without a user; test/security/users.test.ts",
	},
	{
		error: "security.credentials.rejected",
		actions: /^security:deleteUser$/,
		why: "needs a strategy that refuses to delete; test/controllers/auth/login.test.ts",
	},
	{
		error: "security.profile.not_found",
		actions: /^security:create(FirstAdmin|RestrictedUser)$/,
		why: "the profiles are the gateway's own, and are always there; test/security/users.test.ts",
	},
	{
		error: "security.user.no_profile",
		actions: /^security:create(FirstAdmin|RestrictedUser)$/,
		why: "the profiles are the gateway's own; test/security/users.test.ts",
	},
	{
		error: "api.assert.body_required",
		actions: /^security:createRestrictedUser$/,
		why: "nothing in the body is needed; the row that sends none, in test/scenarios/security-users.scenarios.ts",
	},
	{
		error: "api.assert.missing_argument",
		actions: /^security:createRestrictedUser$/,
		why: "nothing in the body is needed; the row that sends none, in test/scenarios/security-users.scenarios.ts",
	},
	{
		error: "services.storage.unknown_collection",
		actions: /^security:(create|update|createOrReplace)Profile$/,
		why: "no action makes an index yet; test/security/profiles.test.ts",
	},
	{
		error: "api.assert.empty_argument",
		actions: /^security:(create|update|createOrReplace)Profile$/,
		why: "a real server takes an empty list of policies; test/recordings/given/security/security-profiles.json",
	},
	{
		error: "api.process.action_locked",
		actions: /^admin:reset(Security|Database)$/,
		why: "needs two callers at once; test/security/administration.test.ts",
	},
	{
		error: "security.user.already_exists",
		actions: /^security:upsertUser$/,
		why: "whoever is there is changed, also when made at the same moment; test/security/user-changes.test.ts",
	},
	{
		error: "plugin.strategy.missing_optional_method",
		actions: /^security:searchUsersByCredentials$/,
		why: "needs a strategy that cannot search; test/security/credentials.test.ts",
	},
	{
		error: "services.storage.unknown_query_keyword",
		actions: /^document:(search|count)$/,
		why: "a real server answers unexpected_bad_request; test/recordings/given/document/document-search.json",
	},
	{
		error: "services.storage.unknown_query_keyword",
		actions: /^security:search(Users|Profiles|Roles)$/,
		why: "a real server answers unexpected_bad_request; test/recordings/given/security/security-users-search.json",
	},
	{
		error: "services.storage.scroll_duration_too_great",
		actions: /^security:searchRoles$/,
		why: "roles are not scrolled through; test/recordings/given/security/security-roles.json",
	},
	{
		error: "services.storage.cannot_change_mapping",
		actions: /^security:update(User|Profile|Role)Mapping$/,
		why: "a real server answers unexpected_bad_request; test/recordings/given/security/security-mappings.json",
	},
	{
		error: "services.storage.cannot_change_mapping",
		actions: /^collection:(create|update|updateMapping)$/,
		why: "a real server answers unexpected_bad_request; test/recordings/given/security/security-mappings.json",
	},
	{
		error: "services.storage.unknown_index_collection",
		actions: /^collection:getMapping$/,
		why: "what is missing is told apart, index or collection; the rows of test/scenarios/place-rows.ts",
	},
	{
		error: "services.storage.too_many_changes",
		actions: /^document:(update|upsert)$/,
		why: "needs another node that comes first again and again; test/documents/specified.test.ts",
	},
	{
		error: "api.assert.unexpected_argument",
		actions: /^document:m(Create|CreateOrReplace|Replace|Update|Upsert)$/,
		why: "a real server lets more members of a document through; test/recordings/given/document/document-many.json",
	},
	{
		error: "core.realtime.room_not_found",
		actions: /^realtime:unsubscribe$/,
		why: "a real server answers not_subscribed; test/recordings/given/realtime/realtime-actions.json",
	},
	{
		error: "core.realtime.too_many_rooms",
		actions: /^realtime:join$/,
		why: "needs a connection that is in a room already; the row that counts none, in test/scenarios/realtime.scenarios.ts",
	},
	{
		error: "core.fatal.service_unavailable",
		actions: /^server:healthCheck$/,
		why: "needs a store that is away; test/controllers/server/status.test.ts",
	},
];

const actions = declaredActions();
const tables = await loadScenarios();
const allScenarios = [...tables.values()].flat();

describe("each action", () => {
	it("stands in a table with what it does and with a refusal, over every transport and store", () => {
		const covered = coveredActions([allScenarios]);
		const open = actions
			.map(({ name }) => name)
			.filter((name) => !covered.has(name));
		assert.deepEqual(open, []);
	});

	it("has rows for an action only that there is", () => {
		const names = new Set(actions.map(({ name }) => name));
		const unknown = [...new Set(allScenarios.map(actionOf))].filter(
			(name) => !names.has(name),
		);
		assert.deepEqual(unknown, []);
	});

	for (const action of actions) {
		it(`${action.name} is documented`, () => {
			assert.match(action.summary, /^[A-Z].*\.$/, "its summary is no sentence");
			for (const [name, { schema }] of Object.entries(action.args)) {
				assertDescribed(schema, name);
			}
			assertDescribed(action.body.schema, "body");
			assertDescribed(action.result, "result");
		});

		it(`${action.name} has a row for each argument that it refuses`, () => {
			const missing = refusalsOf(action).filter(
				(refusal) => !rowsOf(action).some((row) => shows(row, refusal)),
			);
			assert.deepEqual(missing, []);
		});

		it(`${action.name} has a row for each error of Kuzzle's`, () => {
			const rows = rowsOf(action);
			const missing = (kuzzleErrors[action.name] ?? []).filter(
				(error) =>
					!rows.some(({ reply }) => reply.error === error) &&
					!isShownElsewhere(action.name, error),
			);
			assert.deepEqual(missing, []);
		});
	}
});

describe("the tables", () => {
	it("each have rows, and a test that runs them", () => {
		assert.ok(tables.size > 0);
		for (const [file, rows] of tables) {
			assert.ok(rows.length > 0, `${file} has no rows`);
			const test = file.replace(/\.(js|ts)$/, ".test.ts");
			const folder = path.join(packageRoot, "test/scenarios");
			assert.ok(existsSync(path.join(folder, test)), `${file} has no test`);
		}
	});

	it("name each row once", () => {
		const names = allScenarios.map(({ name }) => name);
		const twice = names.filter((name, i) => names.indexOf(name) !== i);
		assert.deepEqual(twice, []);
	});

	it("excuse no error that a row shows, and say where it is shown", () => {
		for (const { error, actions: excused, why } of shownElsewhere) {
			const file = why.match(/\S+\.(?:ts|json)$/)?.[0] ?? "";
			assert.ok(existsSync(path.join(packageRoot, file)), why);
			const rows = allScenarios.filter(
				(row) => row.reply.error === error && excused.test(actionOf(row)),
			);
			assert.deepEqual(
				rows.map(({ name }) => name),
				[],
			);
		}
	});
});

interface Refusal {
	readonly error: string;
	/** The name of what is refused, as the error's first value has it; undefined where the error names none. */
	readonly what: string | undefined;
}

/** What the declaration itself refuses: each argument and body that is not there or is of a type that fits none. */
function refusalsOf({ args, body }: Action): readonly Refusal[] {
	const readers = Object.entries(args).flatMap(([name, arg]) =>
		[undefined, {}].map((value) => () => arg.read(value, name, "json")),
	);
	const bodies = [null, {}].map((value) => () => body.read(value));
	return [...readers, ...bodies]
		.map(refusalBy)
		.filter((found) => found !== null);
}

function refusalBy(read: () => unknown): Refusal | null {
	try {
		read();
		return null;
	} catch (error) {
		assert.ok(error instanceof GatewayError && error.id !== undefined);
		const [what] = error.props ?? [];
		return {
			error: error.id,
			what: what === undefined ? undefined : String(what),
		};
	}
}

function shows({ reply, name }: Scenario, { error, what }: Refusal): boolean {
	if (reply.error !== error) return false;
	const [first] = reply.props ?? [];
	return first === undefined
		? what === undefined || name.includes(what)
		: first === what;
}

function rowsOf(action: Action): readonly Scenario[] {
	return allScenarios.filter((row) => actionOf(row) === action.name);
}

/** Requests that are made in the row have their action as the row's first word. */
function actionOf({ name, request }: Scenario): string {
	if (typeof request !== "function") return request.action;
	return name.split(/[ ,]/)[0] ?? "";
}

function isShownElsewhere(action: string, error: string): boolean {
	return shownElsewhere.some(
		(excuse) => excuse.error === error && excuse.actions.test(action),
	);
}

/** Every value at the end of a branch says what it is; an object whose members do need not. */
function assertDescribed(schema: JsonSchema | null, place: string): void {
	if (schema === null) return;
	const { description = "", properties, items } = schema;
	if (properties === undefined && items === undefined) {
		assert.ok(description.length > 3, `${place} is not described`);
	}
	if (items !== undefined && description === "")
		assertDescribed(items, `${place}[]`);
	for (const [name, member] of Object.entries(properties ?? {})) {
		assertDescribed(member, `${place}.${name}`);
	}
}
