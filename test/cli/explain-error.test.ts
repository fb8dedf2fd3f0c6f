import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { explainError } from "../../src/cli/explain-error.ts";

function failure(members: object): Error {
	return Object.assign(new Error("raw"), members);
}

describe("explainError", () => {
	const rows: [string, object, RegExp][] = [
		[
			"a taken port",
			{
				code: "EADDRINUSE",
				syscall: "listen",
				address: "127.0.0.1",
				port: 7512,
			},
			/^127\.0\.0\.1 port 7512 is in use.*--port 7513$/,
		],
		[
			"the last port",
			{ code: "EADDRINUSE", syscall: "listen", address: "::1", port: 65535 },
			/--port 7512$/,
		],
		[
			"a low port",
			{ code: "EACCES", syscall: "listen", address: "::", port: 80 },
			/Choose a port above 1023/,
		],
		[
			"a foreign address",
			{ code: "EADDRNOTAVAIL", syscall: "listen", address: "9.9.9.9", port: 1 },
			/not an address of this machine/,
		],
		[
			"an unknown name",
			{ code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "nowhere" },
			/^nowhere is not the name of an address/,
		],
		[
			"a folder of somebody else's",
			{ code: "EACCES", syscall: "mkdir", path: "/x" },
			/^This account may not use \/x\..*--data/,
		],
		[
			"a full disk",
			{ code: "ENOSPC", syscall: "write", path: "/x" },
			/^The disk of \/x is full\.$/,
		],
		[
			"a read-only disk",
			{ code: "EROFS", syscall: "mkdir", path: "/x" },
			/read-only/,
		],
		[
			"a file in the way",
			{ code: "ENOTDIR", syscall: "mkdir", path: "/x" },
			/in the way/,
		],
		["anything else", {}, /^raw$/],
	];
	for (const [name, members, expected] of rows)
		it(`of ${name} is one line that says what to do`, () => {
			const text = explainError(failure(members), { debug: false });
			assert.match(text, expected);
			assert.doesNotMatch(text, /\n/);
		});

	it("shows stack and causes when asked, never a secret", () => {
		const error = new Error("no kauth-abc.def", {
			cause: new Error('{"password":"pw"}'),
		});
		const text = explainError(error, { debug: true });
		assert.match(
			text,
			/Error: no kauth-\*\*\*\n +at [\s\S]*Caused by: Error: \{"password":"\*\*\*"\}/,
		);
		assert.equal(
			explainError("text", { debug: true }),
			"Something was thrown that is not an error: text",
		);
	});
});
