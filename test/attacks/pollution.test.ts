import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Action } from "../../src/action/define-action.ts";
import { toExamples } from "../../src/action/examples.ts";
import { isObject } from "../../src/lib/json.ts";
import { type Backend, backends } from "../support/backends.ts";
import { declaredActions } from "../support/declared-actions.ts";
import { startGateway, type TestGateway } from "../support/gateway.ts";
import { createAdmin, createKey, must } from "../support/people.ts";
import type { WsClient } from "../support/ws-client.ts";

/** What must never be found on an object that nobody gave it to. */
const MARK = "polluted";
/** JSON text of the members that programs have merged into every object there is. */
const POISON = [
	`"__proto__":{"${MARK}":1,"profileIds":["admin"],"jwt":"x"}`,
	`"constructor":{"prototype":{"${MARK}":1},"${MARK}":1}`,
	`"prototype":{"${MARK}":1}`,
].join(",");
const POISONED_NAMES = [
	`__proto__[${MARK}]`,
	`__proto__.${MARK}`,
	`constructor[prototype][${MARK}]`,
	`constructor.prototype.${MARK}`,
	`a[__proto__][${MARK}]`,
	`a.__proto__.${MARK}`,
	"__proto__",
];
/** What the examples of the reference call everything. */
const EXAMPLE_ID = "my-id";
/** These take away what the others stand on, so they come last. */
const LAST = /:reset(Security|Database)$/;

/** A request that reaches its action: poisoned, and as it should be apart from that. */
interface Poisoned {
	readonly action: Action;
	/** JSON text of the arguments, without braces. */
	readonly args: string;
	/** JSON text, or null. */
	readonly body: string | null;
	readonly route: { readonly verb: string; readonly path: string } | null;
}

const WAYS = {
	"a frame of a WebSocket": async (
		{ socket, key }: Stage,
		{ action, args, body },
	) => {
		const known = socket.frames.length;
		const { controller, action: name } = action;
		socket.send(
			`{"jwt":"${key}","controller":"${controller}","action":"${name}","volatile":{${POISON}},${args},${POISON}${body === null ? "" : `,"body":${body}`}}`,
		);
		await socket.waitFor(() => socket.frames.length > known);
		const { status, error } = socket.frames[known];
		// Of what HTTP alone can carry Kuzzle says 500.
		return error?.id === "api.assert.unsupported_protocol" ? 400 : status;
	},
	"JSON to the action's own path": async (stage, poisoned) =>
		ask(stage, poisoned, "application/json", poisoned.body),
	"a form": async (stage, poisoned) =>
		ask(
			stage,
			poisoned,
			"application/x-www-form-urlencoded",
			POISONED_NAMES.map((name) => `${encodeURIComponent(name)}=1`).join("&"),
		),
	"a multipart form": async (stage, poisoned) =>
		ask(
			stage,
			poisoned,
			"multipart/form-data; boundary=edge",
			`${POISONED_NAMES.map(
				(name) =>
					`--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n1\r\n`,
			).join("")}--edge--\r\n`,
		),
	"a query string": async (stage, poisoned) =>
		ask(stage, poisoned, "application/json", poisoned.body, POISONED_NAMES),
} satisfies Readonly<
	Record<string, (stage: Stage, poisoned: Poisoned) => Promise<number>>
>;
type Way = keyof typeof WAYS;

for (const backend of backends()) {
	describe(`what is sent to poison every object, on ${backend},`, () => {
		let stage: Stage;
		before(async () => {
			stage = await startStage(backend);
		});
		after(() => stage?.gateway.stop());

		for (const way of waysOf(backend))
			it(`stays in its place when it comes in ${way}, whatever the action`, async () => {
				for (const poisoned of inOrder().flatMap(poison)) {
					const what = `${poisoned.action.name} in ${way}`;
					const status = await WAYS[way](stage, poisoned);
					assert.ok(status >= 200 && status < 500, `${what}: ${status}`);
					assertClean(what);
					if (LAST.test(poisoned.action.name)) await stage.renew();
				}
				await assertStrangersStayOut(stage.gateway);
			});
	});
}

/** What the store does with a body is seen once on each. */
function waysOf(backend: Backend): readonly Way[] {
	const all = Object.keys(WAYS) as Way[];
	return backend === "sqlite" ? all : all.slice(0, 1);
}

function inOrder(): readonly Action[] {
	const actions = declaredActions();
	return [
		...actions.filter(({ name }) => !LAST.test(name)),
		...actions.filter(({ name }) => LAST.test(name)),
	];
}

/** Twice: with the poison around what the action reads, where it is likely to be taken, and inside everything. */
function poison(action: Action): Poisoned[] {
	const { webSocket } = toExamples(action);
	const { controller, action: _, body, ...args } = JSON.parse(webSocket);
	const [verb = "", path = ""] = (action.http[0] ?? "").split(" ");
	const filled = path.replace(/:([^/]+)/g, (_match, name: string) =>
		encodeURIComponent(String(args[name] ?? "x")),
	);
	const common = {
		action,
		args: inside({ refresh: false, ...args }),
		route: path === "" ? null : { verb, path: filled },
	};
	if (body === undefined) return [{ ...common, body: null }];
	const around = JSON.stringify(body).replace(/}$/, `,${POISON}}`);
	return [
		{ ...common, body: around.replace("{,", "{") },
		{ ...common, body: withPoison(body) },
	];
}

/** The value as JSON text, with the poison in each object of it. */
function withPoison(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(withPoison).join(",")}]`;
	if (!isObject(value)) return JSON.stringify(value);
	const members = inside(value);
	return `{${members === "" ? "" : `${members},`}${POISON}}`;
}

function inside(value: Readonly<Record<string, unknown>>): string {
	return Object.entries(value)
		.map(([name, member]) => `${JSON.stringify(name)}:${withPoison(member)}`)
		.join(",");
}

interface Stage {
	readonly gateway: TestGateway;
	readonly socket: WsClient;
	readonly key: string;
	/** After everything was reset. */
	renew(): Promise<void>;
}

async function startStage(backend: Backend): Promise<Stage> {
	const config = { limits: { loginsPerSecond: 100_000 } };
	const gateway = await startGateway({ backend, config });
	try {
		const socket = await gateway.connect();
		let key = await openKey(gateway);
		await addNamesakes(gateway, key);
		return {
			gateway,
			socket,
			get key() {
				return key;
			},
			async renew() {
				if (await isOpen(gateway)) key = await openKey(gateway);
			},
		};
	} catch (error) {
		await gateway.stop();
		throw error;
	}
}

/** A key that opens everything, and that no logout ends. */
async function openKey(gateway: TestGateway): Promise<string> {
	return createKey(gateway, await createAdmin(gateway));
}

/** What the examples speak of, so that they reach further than "there is no such user". */
async function addNamesakes(gateway: TestGateway, key: string): Promise<void> {
	const controllers = { auth: { actions: { logout: true } } };
	for (const [action, body] of Object.entries({
		createRole: { controllers },
		createProfile: { policies: [{ roleId: EXAMPLE_ID }] },
		createUser: { content: { profileIds: [EXAMPLE_ID] } },
	})) {
		const request = { controller: "security", action, _id: EXAMPLE_ID, body };
		await must(gateway, request, key);
	}
}

async function isOpen(gateway: TestGateway): Promise<boolean> {
	const request = { controller: "security", action: "mGetRoles" };
	const { status } = await gateway.query({ ...request, body: { ids: ["x"] } });
	return status !== 401;
}

async function ask(
	{ gateway, key }: Stage,
	{ route }: Poisoned,
	type: string,
	body: string | null,
	query: readonly string[] = [],
): Promise<number> {
	const { verb, path } = route ?? { verb: "POST", path: "/_query" };
	const tail = query.map((name) => `${encodeURIComponent(name)}=1`).join("&");
	const reply = await gateway.call(verb, `${path}?${tail}`, {
		token: key,
		headers: { "content-type": type },
		...(body === null || verb === "GET" ? {} : { body }),
	});
	return reply.status;
}

function assertClean(what: string): void {
	const fresh: Record<string, unknown> = {};
	const lists: unknown = [];
	for (const name of [MARK, "profileIds", "jwt"]) {
		assert.equal(fresh[name], undefined, what);
		assert.equal((lists as Record<string, unknown>)[name], undefined, what);
	}
	assert.equal((Object as unknown as typeof fresh)[MARK], undefined, what);
	assert.deepEqual(Object.keys(Object.prototype), [], what);
}

/** Nobody has become an administrator by way of every object. */
async function assertStrangersStayOut(gateway: TestGateway): Promise<void> {
	const request = { controller: "security", action: "getUser", _id: "admin" };
	const { error } = await gateway.query(request);
	assert.equal(error?.id, "security.rights.unauthorized");
	const me = { controller: "auth", action: "getCurrentUser" };
	assert.equal((await must(gateway, me))._id, "-1");
}
