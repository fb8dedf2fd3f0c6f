import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { packageVersion } from "../../src/lib/package-root.ts";
import { runPortico } from "./run-portico.ts";

let folder: string;
before(() => {
	folder = mkdtempSync(path.join(tmpdir(), "portico-cli-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe("portico", () => {
	it("tells its version", async () => {
		for (const flag of ["--version", "-v"])
			assert.deepEqual(await runPortico([flag], { folder }), {
				status: 0,
				stdout: `portico ${packageVersion}\n`,
				stderr: "",
			});
	});

	it("lists its commands when asked, and when given none, which is a mistake", async () => {
		const asked = await runPortico(["--help"], { folder });
		assert.equal(asked.status, 0);
		for (const name of [
			"start",
			"config",
			"admin create",
			"admin reset-password USERNAME",
			"export [FILE]",
			"import [FILE]",
			"move",
			"backup FILE",
			"restore FILE",
			"check",
		])
			assert.ok(asked.stdout.includes(`portico ${name}`), name);
		const none = await runPortico([], { folder });
		assert.deepEqual(
			[none.status, none.stdout, none.stderr],
			[2, "", asked.stdout],
		);
	});

	const pages: [string[], RegExp][] = [
		[
			["start", "--help"],
			/Usage: portico start[\s\S]*--port PORT[\s\S]*--elasticsearch URL[\s\S]*--set KEY=VALUE/,
		],
		[["start", "-h", "--port", "1"], /Usage: portico start/],
		[["config", "--help"], /Usage: portico config/],
		[
			["export", "--help"],
			/Usage: portico export \[FILE\][\s\S]*--without-securities[\s\S]*--data FOLDER/,
		],
		[["import", "--help"], /--on-conflict POLICY/],
		[["move", "--help"], /--from STORE[\s\S]*--to STORE[\s\S]*--verify HOW/],
		[["backup", "--help"], /Usage: portico backup FILE[\s\S]*--force/],
		[["restore", "--help"], /Usage: portico restore FILE[\s\S]*--force/],
		[["check", "--help"], /Usage: portico check/],
		[
			["admin", "--help"],
			/portico admin create[\s\S]*portico admin reset-password/,
		],
		[
			["admin", "create", "--help"],
			/--reset[\s\S]*--password-file FILE[\s\S]*never|never[\s\S]*--password-file FILE/,
		],
		[
			["admin", "reset-password", "--help"],
			/Usage: portico admin reset-password USERNAME/,
		],
	];
	for (const [args, page] of pages)
		it(`explains ${args.join(" ")}`, async () => {
			const { status, stdout, stderr } = await runPortico(args, { folder });
			assert.deepEqual([status, stderr], [0, ""]);
			assert.match(stdout, page);
		});

	const mistakes: [string[], string][] = [
		[
			["strat"],
			'There is no command "strat". Did you mean start?\nSee: portico --help\n',
		],
		[
			["admin", "creat"],
			'There is no command "admin creat". Did you mean admin create?\nSee: portico admin --help\n',
		],
		[
			["start", "--prot", "1"],
			"There is no flag --prot. Did you mean --port?\nSee: portico start --help\n",
		],
		[["start", "-x"], "There is no flag -x.\nSee: portico start --help\n"],
		[
			["start", "--port"],
			"--port needs a value: --port PORT\nSee: portico start --help\n",
		],
		[
			["start", "--port", "--host", "a"],
			"--port needs a value: --port PORT\nSee: portico start --help\n",
		],
		[
			["admin", "create", "--reset=yes"],
			"--reset takes no value.\nSee: portico admin create --help\n",
		],
		[
			["start", "now"],
			'"now" is one word too many.\nSee: portico start --help\n',
		],
		[
			["admin", "reset-password"],
			"USERNAME is missing: portico admin reset-password USERNAME\nSee: portico admin reset-password --help\n",
		],
		[
			["config", "--set", "limits"],
			"--set wants KEY=VALUE, such as --set limits.loginsPerSecond=5.\nSee: portico config --help\n",
		],
	];
	for (const [args, message] of mistakes)
		it(`refuses ${args.join(" ")}`, async () => {
			assert.deepEqual(await runPortico(args, { folder }), {
				status: 2,
				stdout: "",
				stderr: message,
			});
		});

	it("takes no password as an argument", async () => {
		const { status, stderr } = await runPortico(
			["admin", "create", "--password", "x"],
			{ folder },
		);
		assert.equal(status, 2);
		assert.match(
			stderr,
			/a password is never an argument.*--password-file or PORTICO_ADMIN_PASSWORD/,
		);
	});

	it("wants a password from somewhere when there is no terminal", async () => {
		const { status, stderr } = await runPortico(["admin", "create"], {
			folder,
		});
		assert.equal(status, 2);
		assert.match(stderr, /There is no password/);
		const empty = await runPortico(["admin", "create"], {
			folder,
			env: { PORTICO_ADMIN_PASSWORD: "" },
		});
		assert.deepEqual(
			[empty.status, empty.stderr],
			[1, "PORTICO_ADMIN_PASSWORD is empty. Nothing was changed.\n"],
		);
		const lost = await runPortico(
			["admin", "create", "--password-file", "none"],
			{ folder },
		);
		assert.equal(lost.status, 1);
		assert.match(
			lost.stderr,
			/^The password file .*none cannot be read \(ENOENT\)\.\n$/,
		);
	});
});

describe("portico config", () => {
	it("prints the configuration in force, secrets masked, warnings apart", async () => {
		writeFileSync(
			path.join(folder, "portico.config.json"),
			'{"server": {"port": 1, "host": "::1"}, "stats": {"statsInterval": 5}}',
		);
		const { status, stdout, stderr } = await runPortico(
			[
				"config",
				"--port",
				"3",
				"--elasticsearch",
				"http://u:SECRET@es:9200",
				"--set",
				"limits.loginsPerSecond=7",
				"--set",
				"limits.connections=8",
			],
			{
				folder,
				env: {
					kuzzle_server__port: "2",
					kuzzle_server__accessLog: "true",
					kuzzle_security__authToken__secret: "SECRET".repeat(8),
				},
			},
		);
		const config = JSON.parse(stdout) as {
			server: Record<string, unknown>;
			limits: Record<string, unknown>;
			services: { storageEngine: Record<string, unknown> };
		};
		assert.equal(status, 0);
		assert.equal(config.server.port, 3);
		assert.equal(config.server.host, "::1");
		assert.equal(config.server.accessLog, true);
		assert.equal(config.limits.loginsPerSecond, 7);
		assert.equal(config.limits.connections, 8);
		assert.equal(config.services.storageEngine.backend, "elasticsearch");
		assert.doesNotMatch(stdout + stderr, /SECRET/);
		assert.match(
			stderr,
			/^Warning: stats\.statsInterval \(file .*\) is a Kuzzle key that this release does not honour yet\.\n$/,
		);
	});

	it("names all mistakes, without a stack unless asked", async () => {
		const env = { kuzzle_server__port: "x", kuzzle_limits__connections: "0" };
		const plain = await runPortico(["config"], { folder, env });
		assert.deepEqual([plain.status, plain.stdout], [1, ""]);
		assert.match(
			plain.stderr,
			/has 2 mistakes[\s\S]*server\.port[\s\S]*limits\.connections/,
		);
		assert.doesNotMatch(plain.stderr, /\n\s+at /);
		const debug = await runPortico(["config", "--debug"], { folder, env });
		assert.match(debug.stderr, /\n\s+at /);
	});
});
