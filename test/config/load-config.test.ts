import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { ConfigInputs } from "../../src/config/sources.ts";
import {
	ConfigError,
	chooseCache,
	chooseStorage,
	createConfig,
	loadConfig,
	maskConfig,
} from "../../src/config.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), "portico-config-"));
	for (const name of ["home/.config", "etc", "above/work"])
		mkdirSync(path.join(folder, name), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function place(name: string, content: string): void {
	const file = path.join(folder, name);
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, content);
}

function load(inputs: ConfigInputs = {}) {
	return loadConfig({
		cwd: path.join(folder, "above", "work"),
		home: path.join(folder, "home"),
		etc: path.join(folder, "etc"),
		env: {},
		...inputs,
	});
}

function set(key: string, value: string) {
	return { flags: { settings: [{ flag: "--set", path: key, value }] } };
}

function issuesOf(work: () => unknown): string[] {
	try {
		work();
	} catch (error) {
		assert.ok(error instanceof ConfigError, String(error));
		return error.issues.map(({ key, source }) => `${key} from ${source}`);
	}
	return [];
}

describe("the defaults", () => {
	it("are Kuzzle's where the keys are Kuzzle's", () => {
		const config = createConfig();
		assert.equal(config.server.port, 7512);
		assert.equal(config.server.maxRequestSize, "1MB");
		assert.equal(config.security.authToken.expiresIn, "1h");
		assert.equal(config.limits.documentsWriteCount, 200);
		assert.deepEqual(config.http.accessControlAllowOrigin, ["*"]);
		assert.deepEqual(config.security.standard.profiles.anonymous, {
			rateLimit: 200,
			policies: [{ roleId: "anonymous" }],
		});
	});

	it("listen on this machine only", () => {
		assert.equal(createConfig().server.host, "127.0.0.1");
	});

	it("cannot be changed, by one holder for another", () => {
		const config = createConfig();
		assert.throws(() => Object.assign(config.server, { port: 1 }), TypeError);
		assert.throws(
			() => Object.assign(config.security.standard.roles, { a: 1 }),
			TypeError,
		);
	});
});

describe("sources", () => {
	it("of less weight give way to those of more, key by key", () => {
		const port = (value: number) => JSON.stringify({ server: { port: value } });
		const steps: [() => void, ConfigInputs, number][] = [
			[() => {}, {}, 7512],
			[() => place("etc/kuzzlerc", port(1)), {}, 1],
			[() => place("home/.config/kuzzle", port(2)), {}, 2],
			[() => place("home/.kuzzlerc", port(3)), {}, 3],
			[() => place("above/.kuzzlerc", port(4)), {}, 4],
			[() => place("above/work/.kuzzlerc", port(5)), {}, 5],
			[() => place("above/work/portico.config.json", port(6)), {}, 6],
			[
				() => place("above/work/other.json", port(7)),
				{ flags: { configFile: "other.json" } },
				7,
			],
			[() => {}, { env: { kuzzle_server__port: "8" } }, 8],
			[
				() => {},
				{ env: { portico_server__port: "9", kuzzle_server__port: "8" } },
				9,
			],
			[
				() => {},
				{ env: { portico_server__port: "9" }, ...set("server.port", "10") },
				10,
			],
		];
		for (const [prepare, inputs, expected] of steps) {
			prepare();
			assert.equal(load(inputs).config.server.port, expected);
		}
	});

	it("add up: one key from each", () => {
		place("above/.kuzzlerc", '{"server": {"port": 1}}');
		place("above/work/portico.config.json", '{"server": {"host": "::1"}}');
		const { config } = load({ env: { kuzzle_limits__loginsPerSecond: "3" } });
		assert.equal(config.server.port, 1);
		assert.equal(config.server.host, "::1");
		assert.equal(config.limits.loginsPerSecond, 3);
	});

	it("tell where each key was given", () => {
		place("above/work/portico.config.json", '{"server": {"host": "::1"}}');
		const { given } = load({ env: { kuzzle_server__port: "3" } });
		assert.equal(
			given.get("server.port"),
			"environment variable kuzzle_server__port",
		);
		assert.match(
			given.get("server.host") ?? "",
			/^file .*portico\.config\.json$/,
		);
		assert.equal(given.size, 2);
	});

	it("may be JSON with comments and a last comma, with a byte order mark", () => {
		place(
			"above/work/.kuzzlerc",
			'\uFEFF// mine\n{ /* a */ "server": { "port": 1, }, }',
		);
		assert.equal(load().config.server.port, 1);
	});

	it("may be INI", () => {
		place(
			"above/work/.kuzzlerc",
			"; mine\n[server]\nport=1\naccessLog=true\n[services.storageEngine.client.auth]\npassword=0123\nusername=u\n",
		);
		const { config } = load();
		assert.equal(config.server.port, 1);
		assert.equal(config.server.accessLog, true);
		assert.deepEqual(config.services.storageEngine.client.auth, {
			password: "0123",
			username: "u",
		});
	});

	it("that are needed must be there and readable; a folder in a file's place is passed over", () => {
		mkdirSync(path.join(folder, "home/.config/kuzzle"));
		assert.deepEqual(
			issuesOf(() => load()),
			[],
		);
		const missing = path.join(folder, "none.json");
		assert.deepEqual(
			issuesOf(() => load({ flags: { configFile: missing } })),
			[`null from file ${missing}`],
		);
	});

	it("that are broken are named, by line, without their content", () => {
		place("above/work/portico.config.json", '{\n"a": "SECRET",\n"b": oops }');
		assert.throws(
			() => load(),
			(error: Error) => {
				assert.match(error.message, /portico\.config\.json: expected JSON/);
				assert.doesNotMatch(error.message, /SECRET|oops/);
				return true;
			},
		);
		place("above/work/portico.config.json", "[1]");
		assert.equal(issuesOf(() => load()).length, 1);
	});
});

describe("text", () => {
	it("becomes what the key wants", () => {
		const { config } = load({
			env: {
				kuzzle_server__strictSdkVersion: "false",
				kuzzle_security__authToken__expiresIn: "3600",
				kuzzle_security__authToken__maxTTL: "-1",
				kuzzle_security__authToken__secret: "12345678901234567890123456789012",
				kuzzle_http__accessControlAllowOrigin:
					"https://a.example, https://b.example",
				kuzzle_server__trustedProxies: '*json:["10.0.0.0/8","::1"]',
				kuzzle_services__storageEngine__majorVersion: "8",
				kuzzle_services__storageEngine__client__maxRetries: "5",
				kuzzle_services__storageEngine__client__tls__rejectUnauthorized:
					"false",
				kuzzle_services__storageEngine__client__auth__password: "0012",
				kuzzle_services__storageEngine__client__apiVersion: "8",
				kuzzle_limits: '*json:{"loginsPerSecond":7}',
				portico_services__storageEngine__namespace: "2024",
			},
		});
		assert.equal(config.server.strictSdkVersion, false);
		assert.equal(config.security.authToken.expiresIn, 3600);
		assert.equal(config.security.authToken.maxTTL, -1);
		assert.equal(
			config.security.authToken.secret,
			"12345678901234567890123456789012",
		);
		assert.deepEqual(config.http.accessControlAllowOrigin, [
			"https://a.example",
			"https://b.example",
		]);
		assert.deepEqual(config.server.trustedProxies, ["10.0.0.0/8", "::1"]);
		assert.equal(config.services.storageEngine.majorVersion, "8");
		assert.deepEqual(config.services.storageEngine.client, {
			node: "http://localhost:9200",
			maxRetries: 5,
			tls: { rejectUnauthorized: false },
			auth: { password: "0012" },
			apiVersion: "8",
		});
		assert.equal(config.limits.loginsPerSecond, 7);
		assert.equal(config.services.storageEngine.namespace, "2024");
	});

	it("keeps its case: another case is another key", () => {
		const { config, warnings } = load({
			env: { kuzzle_server__PORT: "1", KUZZLE_server__port: "2" },
		});
		assert.equal(config.server.port, 7512);
		assert.equal(warnings.length, 1);
		assert.match(
			warnings[0] ?? "",
			/server\.PORT .*Did you mean server\.port\?/,
		);
	});

	it("that says it is JSON and is not, is a mistake", () => {
		assert.deepEqual(
			issuesOf(() => load(set("limits.loginsPerSecond", "*json:{"))),
			["limits.loginsPerSecond from flag --set"],
		);
		assert.deepEqual(
			issuesOf(() => load(set("limits", "*json:{"))),
			["limits from flag --set"],
		);
	});
});

describe("wrong values", () => {
	it("are named all at once, each with its value, source and what is wanted", () => {
		place(
			"above/work/portico.config.json",
			'{"server": {"host": 5}, "limits": 3}',
		);
		assert.throws(
			() =>
				load({
					env: {
						kuzzle_server__port: "x",
						kuzzle_security__authToken__secret: '*json:{"a":"SECRET"}',
					},
				}),
			(error: Error) => {
				const lines = error.message.split("\n  ");
				assert.equal(lines.length, 5);
				assert.match(
					error.message,
					/server\.host = 5 \(file .*portico\.config\.json\): expected text/,
				);
				assert.match(
					error.message,
					/server\.port = "x" \(environment variable kuzzle_server__port\): expected a whole number from 0 to 65535/,
				);
				assert.match(error.message, /limits = 3 .*: expected a group of keys/);
				assert.match(error.message, /security\.authToken\.secret = "\*\*\*"/);
				assert.doesNotMatch(error.message, /SECRET/);
				return true;
			},
		);
	});

	const wrong: [string, string][] = [
		["server.port", "65536"],
		["server.port", "80.5"],
		["server.host", ""],
		["server.maxRequestSize", "1 parsec"],
		["server.maxRequestSize", "0"],
		["server.trustedProxies", "10.0.0.0/33"],
		["server.trustedProxies", "proxy.example"],
		["server.appLogs.level", "loud"],
		["server.accessLog", "yes"],
		["http.cookieAuthentication", "1"],
		["limits.concurrentRequests", "0"],
		["limits.connections", "-5"],
		["security.authToken.expiresIn", "soon"],
		["security.authToken.expiresIn", "0"],
		["security.authToken.expiresIn", "-2"],
		["security.authToken.expiresIn", "1.5"],
		["security.authToken.maxTTL", "0"],
		["security.authToken.algorithm", "none"],
		["security.apiKey.maxTTL", "1d"],
		["security.passwordFormat", "plain"],
		["security.standard.roles", '*json:{"a":{}}'],
		["security.standard.profiles", '*json:{"a":{"policies":[]}}'],
		["services.storageEngine.backend", "mongodb"],
		["services.storageEngine.namespace", "Team A"],
		["services.internalCache.backend", "redis"],
		["cluster.minimumNodes", "2"],
	];
	for (const [key, value] of wrong)
		it(`${key}=${value}`, () => {
			const [issue = ""] = issuesOf(() => load(set(key, value)));
			assert.ok(
				key.startsWith(issue.replace(/ from .*/, "")) && issue !== "",
				issue,
			);
		});

	const right: [string, string][] = [
		["server.port", "0"],
		["server.maxRequestSize", "2048"],
		["server.trustedProxies", "::ffff:10.0.0.1,fd00::/8"],
		["security.authToken.expiresIn", "-1"],
		["security.authToken.expiresIn", "6 days"],
		["security.standard.profiles.default.rateLimit", "50"],
		["services.storageEngine.backend", "*json:null"],
		["limits.subscriptionRooms", "0"],
	];
	for (const [key, value] of right)
		it(`${key}=${value} is right`, () => {
			assert.deepEqual(
				issuesOf(() => load(set(key, value))),
				[],
			);
		});

	it("say that SQLite is for one node", () => {
		for (const key of ["backend=redis", "node.host=redis"]) {
			const [name = "", value = ""] = key.split("=");
			assert.throws(
				() => load(set(`services.internalCache.${name}`, value)),
				/SQLite, which is for one node/,
			);
		}
	});

	it("say that a Redis Cluster cannot be used", () => {
		assert.throws(
			() =>
				load({
					env: {
						kuzzle_services__storageEngine__client__node: "http://es:9200",
						kuzzle_services__internalCache__nodes: '*json:[{"host":"a"}]',
					},
				}),
			/Redis Cluster cannot be used/,
		);
	});

	it("of rules between keys are named too", () => {
		const limits = {
			concurrentRequests: 50_000,
			requestsBufferWarningThreshold: 60_000,
		};
		assert.deepEqual(
			issuesOf(() => createConfig({ limits })),
			[
				"limits.concurrentRequests from code",
				"limits.requestsBufferWarningThreshold from code",
			],
		);
		assert.equal(
			issuesOf(() =>
				createConfig({ limits: { requestsBufferWarningThreshold: 99 } }),
			).length,
			1,
		);
		assert.equal(
			issuesOf(() =>
				createConfig({ server: { metrics: { enabled: true, port: 7512 } } }),
			).length,
			1,
		);
		const http = {
			accessControlAllowOriginUseRegExp: true,
			accessControlAllowOrigin: ["("],
		};
		assert.equal(issuesOf(() => createConfig({ http })).length, 1);
	});
});

describe("warnings", () => {
	const warned: [string, RegExp][] = [
		[
			"limits.loginPerSecond",
			/limits\.loginPerSecond \(flag --set\) is not a key .*Did you mean limits\.loginsPerSecond\?/,
		],
		["port", /Did you mean server\.port\?/],
		["quite.other", /is not a key that this release knows\.$/],
		[
			"stats.statsInterval",
			/stats\.statsInterval \(flag --set\) is a Kuzzle key that this release does not honour yet/,
		],
		[
			"plugins.my-plugin.option",
			/plugins\.my-plugin \(flag --set\) is a Kuzzle key/,
		],
		["server.protocols.mqtt.server.backlog", /server\.protocols\.mqtt\.server/],
		["security.jwt.expiresIn", /has no effect\. .*security\.authToken/],
		["security.authToken.secret", /is short/],
	];
	for (const [key, pattern] of warned)
		it(`tell of ${key}`, () => {
			const { warnings } = load(set(key, "5"));
			assert.equal(warnings.length, 1);
			assert.match(warnings[0] ?? "", pattern);
		});

	it("are none when nothing is wrong", () => {
		assert.deepEqual(
			load({ env: { kuzzle_server__port: "1", OTHER: "x" } }).warnings,
			[],
		);
	});
});

describe("hostile names", () => {
	it("are refused in every source, and change no prototype", () => {
		place(
			"above/work/portico.config.json",
			'{"__proto__": {"polluted": 1}, "services": {"storageEngine": {"client": {"a": [{"__proto__": {"polluted": 1}}]}}}}',
		);
		const names = issuesOf(() =>
			load({
				env: { kuzzle_server__constructor__prototype__polluted: "1" },
				...set("__proto__.polluted", "1"),
			}),
		);
		assert.equal(names.length, 4);
		assert.equal(({} as { polluted?: unknown }).polluted, undefined);
	});

	it("that every object has are no keys", () => {
		const { warnings } = load(set("toString", "1"));
		assert.match(warnings[0] ?? "", /toString .*is not a key/);
	});

	it("in INI do nothing", () => {
		place(
			"above/work/.kuzzlerc",
			"[__proto__]\npolluted=1\n[server.__proto__]\npolluted=1\n",
		);
		try {
			load();
		} catch {
			// Refusing is as good as ignoring.
		}
		assert.equal(({} as { polluted?: unknown }).polluted, undefined);
	});
});

describe("the store", () => {
	const chosen: [Record<string, string>, string, RegExp][] = [
		[{}, "sqlite", /no Elasticsearch is configured/],
		[
			{ kuzzle_services__storageEngine__client__node: "http://es:9200" },
			"elasticsearch",
			/client\.node is given \(environment variable/,
		],
		[
			{
				kuzzle_services__storageEngine__client: '*json:{"auth":{"apiKey":"x"}}',
			},
			"elasticsearch",
			/client\.auth\.apiKey is given/,
		],
		[
			{
				kuzzle_services__storageEngine__client__node: "http://es:9200",
				kuzzle_services__storageEngine__backend: "sqlite",
			},
			"sqlite",
			/backend says so/,
		],
		[
			{ kuzzle_services__storageEngine__backend: "elasticsearch" },
			"elasticsearch",
			/backend says so/,
		],
	];
	for (const [env, backend, reason] of chosen)
		it(`is ${backend} with ${JSON.stringify(Object.keys(env))}`, () => {
			const choice = chooseStorage(load({ env }));
			assert.equal(choice.backend, backend);
			assert.match(choice.reason, reason);
		});

	it("is not at the default address when several addresses are given", () => {
		const { client } = load({
			env: {
				kuzzle_services__storageEngine__client__nodes:
					'*json:["http://a","http://b"]',
			},
		}).config.services.storageEngine;
		assert.deepEqual(client, { nodes: ["http://a", "http://b"] });
	});
});

describe("the cache", () => {
	const store = { kuzzle_services__storageEngine__client__node: "http://es" };
	const cache = "kuzzle_services__internalCache__";
	const chosen: [Record<string, string>, string, RegExp][] = [
		[{}, "embedded", /no Redis is configured/],
		[{ [`${cache}namespace`]: "a" }, "embedded", /no Redis is configured/],
		[{ [`${cache}backend`]: "redis" }, "redis", /backend says so/],
		[{ [`${cache}node__host`]: "redis" }, "redis", /node\.host is given/],
		[{ [`${cache}node__port`]: "6380" }, "redis", /node\.port is given/],
		[{ [`${cache}database`]: "2" }, "redis", /database is given/],
		[
			{ [`${cache}options`]: '*json:{"password":"x"}' },
			"redis",
			/options\.password is given \(environment variable/,
		],
		[
			{ [`${cache}node__host`]: "redis", [`${cache}backend`]: "embedded" },
			"embedded",
			/backend says so/,
		],
	];
	for (const [env, backend, reason] of chosen)
		it(`is ${backend} with ${JSON.stringify(Object.keys(env))}`, () => {
			const choice = chooseCache(load({ env: { ...store, ...env } }));
			assert.equal(choice.backend, backend);
			assert.match(choice.reason, reason);
		});
});

describe("maskConfig", () => {
	it("hides every secret and nothing else", () => {
		const config = createConfig({
			security: {
				authToken: { secret: "SECRET".repeat(9) },
				jwt: { secret: "SECRET".repeat(9) },
			},
			services: {
				storageEngine: {
					client: {
						node: "https://u:SECRET@es:9200",
						auth: { password: "SECRET", apiKey: "SECRET" },
					},
				},
				internalCache: {
					backend: "embedded",
					options: { password: "SECRET" },
				},
			},
		});
		const masked = maskConfig(config) as typeof config;
		assert.doesNotMatch(JSON.stringify(masked), /SECRET/);
		assert.equal(masked.security.authToken.expiresIn, "1h");
		assert.equal(masked.security.apiKey.maxTTL, -1);
		assert.equal(
			masked.services.storageEngine.client.node,
			"https://u:***@es:9200",
		);
		assert.deepEqual(
			maskConfig(createConfig()),
			JSON.parse(JSON.stringify(createConfig())),
		);
	});
});
