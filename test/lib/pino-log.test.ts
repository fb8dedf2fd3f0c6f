import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { formatLogLine } from "../../src/lib/format-log-line.ts";
import { createPinoLog, type LogLevel } from "../../src/lib/pino-log.ts";

function record(options: { level?: LogLevel; readable?: boolean } = {}) {
	const lines: string[] = [];
	const log = createPinoLog({
		level: options.level ?? "debug",
		write: (line) => lines.push(line),
		...(options.readable === undefined ? {} : { readable: options.readable }),
	});
	return { log, lines };
}

describe("the log", () => {
	it("writes one JSON object per line, with level, time, message and fields", () => {
		const { log, lines } = record();
		log.info({ port: 7512 }, "Ready");
		const entry = JSON.parse(lines[0] ?? "") as Record<string, unknown>;
		assert.match(String(entry.time), /^\d{4}-\d\d-\d\dT/);
		assert.deepEqual(
			{ ...entry, time: 0 },
			{ level: "info", time: 0, port: 7512, msg: "Ready" },
		);
		assert.ok(lines[0]?.endsWith("\n"));
	});

	it("leaves out what is below its level", () => {
		const { log, lines } = record({ level: "warn" });
		log.debug({}, "a");
		log.info({}, "b");
		log.warn({}, "c");
		log.error({}, "d");
		assert.equal(lines.length, 2);
		const silent = record({ level: "silent" });
		silent.log.error({}, "e");
		assert.equal(silent.lines.length, 0);
	});

	it("lets no secret in: by name, by shape, in messages, in bound fields, in errors", () => {
		for (const readable of [false, true]) {
			const { log, lines } = record({ readable });
			const bound = log.child({
				url: "/x?password=SECRET",
				headers: { authorization: "SECRET" },
			});
			bound.info(
				{ body: { password: ["SECRET"] }, text: '{"password":"SECRET"}' },
				"with Bearer SECRET",
			);
			bound.error({ err: new Error("kauth-SECRET") }, 'said {"jwt":"SECRET"}');
			bound.warn(new Error("authToken=SECRET"), "bare");
			bound.debug(
				{ nested: JSON.stringify({ a: JSON.stringify({ secret: "SECRET" }) }) },
				"text in text",
			);
			assert.equal(lines.length, 4);
			assert.doesNotMatch(lines.join(""), /SECRET/);
			assert.match(lines.join(""), /\*\*\*/);
		}
	});

	it("reads well on a terminal", () => {
		const { log, lines } = record({ readable: true });
		log.warn({ port: 7512, why: "two words" }, "Careful");
		assert.match(
			lines[0] ?? "",
			/^\d\d:\d\d:\d\d\.\d{3} .*WARN .* Careful port=7512 why="two words"\n$/,
		);
	});

	it("puts the stack of an error below its line", () => {
		const { log, lines } = record({ readable: true });
		log.error({ err: new TypeError("broken") }, "Failed");
		assert.match(lines[0] ?? "", /Failed\n {4}TypeError: broken\n {8}at /);
	});
});

describe("formatLogLine", () => {
	it("shows control characters instead of sending them to the terminal", () => {
		const line = JSON.stringify({
			level: "info",
			time: "x",
			msg: "a\u001b[2Jb\nc",
			url: "/\u009b",
		});
		const text = stripVTControlCharacters(formatLogLine(line));
		assert.equal(text, 'x INFO  a\\x1b[2Jb\\x0ac url="/\\x9b"\n');
	});

	it("hands on what is not JSON", () => {
		assert.equal(formatLogLine("plain\n"), "plain\n");
	});
});
